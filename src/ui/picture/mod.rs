//! The picture: the stage, and the timeline below it. Nodes, labels and windows are SVG and HTML that
//! Yew renders when something changes; what moves is painted on canvases once an animation frame.

mod bars;
mod deeds;
mod faults;
mod flights;
mod labs;
mod legend;
mod links;
mod live;
mod nodes;
mod palette;
mod popover;
mod scrub;
mod sprites;
mod stage;
mod strip;
mod surface;
mod timeline;
mod transport;
mod words;

pub(crate) use labs::Labs;
pub(crate) use timeline::Timeline;
