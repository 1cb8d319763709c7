//! The inspector.

super::words! {
    TAB_LOGS: "Logs", "日志";
    TAB_STATE: "State", "状态";
    TAB_NODE: "Node", "节点";
    TAB_MESSAGES: "Messages", "消息";
    TAB_CHECKS: "Checks", "检查";
    TAB_CLIENTS: "Clients", "客户端";
    TAB_FAULTS: "Faults", "故障";
    TAB_TRACE: "Trace", "轨迹";
    TAB_WHY: "Why", "原因";

    LOG_OF_ALL: "Logs of all nodes", "所有节点的日志";
    CELL: "{node}, index {index}: {op}, {epoch}, {state}", "{node}，索引 {index}：{op}，{epoch}，{state}";
    COMMITTED: "committed", "已提交";
    NOT_YET: "not committed yet", "尚未提交";
    DISAGREES: "differs from another node", "与其他节点不同";
    VIOLATES: "breaks agreement", "破坏一致性";
    LEGEND_COMMITTED: "committed", "已提交";
    LEGEND_NOT_YET: "not yet", "未提交";
    LEGEND_DIFFERS: "differs", "不一致";
    EMPTY_LOGS: "No log has an entry yet.", "日志都还是空的。";
    FROM_INDEX: "Shown from index {n}", "从索引 {n} 开始显示";
    SHOWN_WINDOW: "{from}–{to} of {n}", "{from}–{to} / {n}";
    NODE_HEAD: "Node", "节点";
    PROMISED: "Promised", "已承诺";
    ACCEPTED: "Accepted", "已接受";
    DECIDED: "Decided", "已决定";

    WHY_TITLE: "Why this just happened", "刚才为什么会这样";
    WHY_NONE: "Nothing has happened yet. Press play, or step with →.", "还没有发生任何事。按播放键，或用 → 单步前进。";
    GO_THERE: "Go to {at}", "跳到 {at}";
    CHECKS_TITLE: "Checks", "检查";

    NO_NODE: "Select a node on the stage or here.", "请在画面或此处选择一个节点。";
    CHOOSE_NODE: "Node", "节点";
    CRASH: "Crash", "崩溃";
    RESTART: "Restart", "重启";
    PAUSE: "Pause", "停顿";
    RESUME: "Resume", "恢复";
    PROPOSE: "Propose a value", "提议一个值";
    TIME_OUT: "Time out: {timer}", "触发超时：{timer}";
    DURABLE: "on disk", "在磁盘上";
    DURABLE_HELP: "A crash leaves this", "崩溃后仍保留";
    WEIGHT: "weight {n}", "权重 {n}";
    FIRES_AT: "{timer} runs out at {at}", "{timer} 将于 {at} 到期";
    LOG_LINE: "log to {last}, committed to {commit}", "日志至 {last}，提交至 {commit}";
    CUT_OFF_FROM: "cut off from {nodes}", "无法连到 {nodes}";
    STATE: "State", "状态";
    ACTIONS: "By hand, now", "此刻手动操作";

    IN_FLIGHT: "{n} under way", "{n} 条在途";
    NO_MESSAGES: "Nothing is under way at this moment.", "此刻没有在途消息。";
    MESSAGE_NAME: "{name} {from} to {to}, {epoch}, {percent} % of the way", "{name} {from} 到 {to}，{epoch}，已走 {percent} %";
    MESSAGE_LOST: "will be lost", "将会丢失";
    FOLD_ROUTINE: "Hide heartbeats", "隐藏心跳";
    SENT_AT: "sent", "发送于";
    ARRIVES_AT: "arrives", "到达于";
    LOST_AT: "lost", "丢失于";
    DROP: "Drop", "丢弃";
    DELIVER: "Deliver now", "立即送达";
    DELAY_BY: "Delay 50 ms", "延迟 50 ms";
    DUPLICATE: "Duplicate", "复制一份";
    AND_MORE: "and {n} more", "还有 {n} 条";

    HOLDS: "holds", "成立";
    BROKEN_AT: "broken at {at}", "于 {at} 被破坏";
    BREAKS_AT: "holds here; breaks at {at}", "此刻成立；将于 {at} 被破坏";
    JUMP_TO: "Go to where it breaks", "跳到被破坏之处";
    TWO_QUORUMS: "Two quorums that do not meet", "两个不相交的法定人数";
    NO_CHECKS: "This protocol has no properties to check.", "此协议没有待检查的性质。";
    CHECKED_TO: "Checked after every event, so far to {at}.", "每个事件后都会检查，目前到 {at}。";

    NO_OPERATIONS: "No client has asked for anything yet.", "还没有客户端发出请求。";
    OPERATIONS_HEAD: "{n} asked, {m} answered", "请求 {n} 个，答复 {m} 个";
    OP_REQUEST: "Request", "请求";
    OP_WHAT: "Asked", "内容";
    OP_CALLED: "At", "时刻";
    OP_ANSWER: "Answer", "答复";
    OP_LATENCY: "Took", "耗时";
    WAITING: "waiting", "等待中";
    TRIES: "{n} tries", "尝试 {n} 次";
    MEDIAN_LATENCY: "median {time}", "中位数 {time}";

    NO_FAULTS: "Nothing breaks. Add a fault; drag it on the timeline.", "没有故障。添加一个，并可在时间线上拖动。";
    FAULTS_TITLE: "What breaks when", "故障计划";
    HANDS_TITLE: "Done by hand", "手动操作";
    NO_HANDS: "Nothing was done by hand.", "没有手动操作。";
    ADD_CRASH: "Crash", "崩溃";
    ADD_PAUSE: "Pause", "停顿";
    ADD_PARTITION: "Partition", "分区";
    ADD_CUT: "Cut a link", "断开链路";
    ADD_SLOW: "Slow link", "慢链路";
    ADD_LOSS: "Loss", "丢包";
    CRASH_HELP: "Crash the selected node, or the leader, from the playhead on", "从播放头起使选中的节点（或领导者）崩溃";
    PAUSE_HELP: "Let the selected node, or the leader, stand still from the playhead on", "从播放头起使选中的节点（或领导者）停顿";
    PARTITION_HELP: "Cut a minority with the selected node, or the leader, off from the rest", "把选中节点（或领导者）所在的少数派与其余节点隔离";
    CUT_HELP: "Lose what the selected node, or the leader, sends: it still hears the others", "丢弃选中节点（或领导者）发出的消息，它仍能收到其他节点的消息";
    SLOW_HELP: "Slow down what the selected node, or the leader, sends", "让选中节点（或领导者）发出的消息变慢";
    LOSS_HELP: "Lose a third of all messages from the playhead on", "从播放头起丢失三分之一的消息";
    ADD_STORM: "Storm", "风暴";
    STORM_HELP: "Ten failures at random from the playhead on, to be edited like any other", "从播放头起随机加入十个故障，可像其他故障一样编辑";
    ADD_WHAT: "Add: {what}", "添加：{what}";
    FAULT_ENABLED: "{what}: enabled", "{what}：启用";
    FROM_TIME: "from", "从";
    UNTIL_TIME: "until", "到";
    TO_THE_END: "to the end", "直到结束";
    LOSES_DISK: "loses its disk", "丢失磁盘";
    GROUP_A: "Together", "同组";
    SENDERS: "From", "发送方";
    RECEIVERS: "To", "接收方";
    SLOWER_BY: "Slower by", "慢";
    HAND_DROP: "m{message} is dropped at {at}", "m{message} 于 {at} 被丢弃";
    HAND_DELIVER: "m{message} is delivered at {at}", "m{message} 于 {at} 被送达";
    HAND_DELAY: "m{message} takes {by} longer", "m{message} 多花 {by}";
    HAND_DUPLICATE: "m{message} arrives again {by} later", "m{message} 在 {by} 后再次到达";
    HAND_TIMEOUT: "{timer} of {node} runs out at {at}", "{node} 的 {timer} 于 {at} 到期";
    HAND_PROPOSE: "{node} is asked for {op} at {at}", "{node} 于 {at} 收到请求 {op}";

    TRACE_TITLE: "Trace around this moment", "此刻前后的轨迹";
    EARLIER: "Earlier", "更早";
    LATER: "Later", "更晚";
    BACK_TO_NOW: "Back to now", "回到此刻";
    TRACE_EMPTY: "Nothing has happened yet.", "还没有发生任何事。";
}
