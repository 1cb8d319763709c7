//! The picture's texts, in both languages.

/// Declares texts: name, English, 中文.
macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(pub(super) const $name: quorate::model::Text = quorate::model::Text::new($en, $zh);)*
    };
}

words! {
    NODES: "Nodes; arrow keys go around the ring", "节点；用方向键沿环移动";
    PLAY_FIRST: "Play", "播放";
    BEFORE_EDITS: "This is the scenario as it was opened; you have changed it since", "以上是打开时的场景说明；此后你已作修改";
    PLAY: "Play", "播放";
    PAUSE: "Pause", "暂停";
    TO_START: "To the start", "回到起点";
    STEP_BACK: "Step back", "后退一步";
    STEP_ON: "Step forward", "前进一步";
    NOTABLE_BACK: "Previous notable event", "上一个重要事件";
    NOTABLE_ON: "Next notable event", "下一个重要事件";
    SPEED: "Speed", "速度";
    AUTO: "Auto", "自动";
    AUTO_HELP: "Slow while something interesting flies, fast while nothing does", "有重要消息时放慢，无事时加快";
    SEED: "seed", "种子";
    SEED_HELP: "Another seed: other delays and time-outs, everything else the same", "换一个种子：延迟与超时不同，其余不变";
    CRASH: "Crash", "崩溃";
    ZOOM_IN: "Zoom in", "放大";
    ZOOM_OUT: "Zoom out", "缩小";
    ZOOM_FIT: "Show the whole run", "显示整个运行";
    TRANSPORT: "Transport", "播放控制";
    ADD: "Add a fault", "添加故障";
    PLAYHEAD: "Playhead", "播放头";
    FAULTS: "Faults; arrow keys move one, Shift and arrows resize, E switches, Delete removes", "故障：方向键移动，Shift+方向键改变长度，E 启用或停用，Delete 删除";
    BROKEN_HERE: "is broken here", "在此处被破坏";
    STUCK_HERE: "is stuck by now", "至此已停滞";
    HEARTBEAT: "routine", "例行消息";
    REFUSED: "refused", "拒绝";
    LOST: "lost", "丢失";
    ON_ITS_WAY: "yes on its way", "赞成在途";
    DROP: "Drop", "丢弃";
    DELIVER: "Deliver now", "立即送达";
    DELAY: "Delay by 50 ms", "延迟 50 ms";
    DUPLICATE: "Duplicate", "复制";
    STAND_STILL: "Pause", "停顿";
    RESTART: "Restart", "重启";
    GO_ON: "Let it go on", "继续运行";
    PROPOSE: "Propose a value", "提议一个值";
    TIME_OUT: "Time out:", "立即超时：";
    CLOSE: "Close", "关闭";
    SWITCH: "Switch it on or off", "启用或停用";
    ON: "on", "已启用";
    OFF: "off", "已停用";
    REMOVE: "Remove", "删除";
    NEEDS: "needs", "需要";
}
