//! One algorithm a file, or a folder with a file a role.
