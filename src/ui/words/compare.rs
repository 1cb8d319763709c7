//! Words of what is compared: two labs, many protocols, the catalogue.

use super::words;

words! {
    COMPARE: "Compare protocols", "比较协议";
    COMPARE_LEAD: "The same nodes, links, faults and clients as in “{title}”, over any protocols. One that the scenario sets up keeps its set-up, the others have their usual one.", "在“{title}”的同一组节点、链路、故障和客户端之下运行任意协议。场景中已设置的协议保留其设置，其余采用默认设置。";
    COMPARE_HANDS: "What was done to single messages and timers by hand belongs to one protocol and is not carried over.", "对单条消息和定时器的手动操作只属于一个协议，不会带到其他协议。";
    COMPARE_START: "Compare", "比较";
    COMPARE_AGAIN: "Compare again", "再次比较";
    COMPARE_GOING: "Running them one after another", "正在逐个运行";
    COMPARE_DONE: "{n} protocols compared", "已比较 {n} 个协议";
    COMPARED: "Compared", "比较完成";
    COMPARE_ENDED: "Ended before all were done", "未全部完成即已结束";
    COMPARE_WHICH: "Protocols to compare", "要比较的协议";
    COMPARE_ALL: "All", "全部";
    COMPARE_NONE: "None", "清空";
    SIDE_BY_SIDE_NAME: "{protocol} side by side with what is open", "将 {protocol} 与当前场景并排查看";
    COL_PROTOCOL: "Protocol", "协议";
    COL_ANSWERED: "Answered", "已答复";
    COL_REFUSED: "Refused", "拒绝";
    COL_STALE: "Stale", "陈旧";
    COL_LOST: "Lost", "丢失";
    COL_LATENCY: "Commit latency", "提交延迟";
    COL_ROUNDS: "Round trips", "往返次数";
    COL_MESSAGES: "Messages", "消息";
    COL_BYTES: "Bytes", "字节";
    COL_AWAY: "Unavailable", "不可用";
    COL_BROKEN: "Broken", "被违反";
    HELP_ANSWERED: "of all requests", "占全部请求";
    HELP_REFUSED: "told no (a write also if another value was decided), or waited in vain for as long as the client has patience; each such wait counts", "被拒绝（写入得知已决定为别的值也算），或等待超过客户端的耐心；每次这样的等待都计入";
    HELP_STALE: "reads of something older than what had been acknowledged", "读到比已确认写入更旧的值";
    HELP_LOST: "writes that were acknowledged, and of which no node has anything in the end: neither the value nor one written later", "已确认、但最终没有任何节点保存其值或更晚写入值的写入";
    HELP_LATENCY: "of writes that took effect: the median, and what 95 of a hundred stay below", "已生效的写入：中位数，以及 95% 不超过的值";
    HELP_ROUNDS: "between nodes, from a write's arrival to its answer: the chain of messages that led to it, halved; the median", "写请求到达至答复之间节点间的往返：促成答复的消息链长度的一半；中位数";
    HELP_MESSAGES: "between nodes, and with clients", "节点之间，以及与客户端之间";
    HELP_BYTES: "an estimate: 16 for each message between nodes, 4 for each fact that it names, and what it carries (commands, log entries, versions, snapshots)", "估计：节点间每条消息 16 字节，每个字段另加 4 字节，再加上所携带的内容（命令、日志条目、版本、快照）";
    HELP_AWAY: "time in which some request was waiting that waited longer than its client has patience", "有请求等待超过客户端耐心的时间";
    COMPARE_NOTE: "How it is counted", "计数方法";
    CUT_SHORT_ROW: "stopped early: too many events", "事件过多，提前停止";
    NOTHING_BROKE: "nothing", "无";

    BESIDE: "Beside it", "并排";
    BESIDE_NONE: "none", "无";
    BESIDE_HELP: "A second protocol under the same conditions, on the same clock", "第二个协议，条件相同，时钟相同";
    BESIDE_CLOSE: "Close {protocol} beside it", "关闭并排的 {protocol}";
    BESIDE_LOOK: "Look at {protocol} more closely", "细看 {protocol}";
    BESIDE_MANY: "Compare several…", "比较多个协议…";
    BESIDE_STAGE: "Stage of {protocol}", "{protocol} 舞台";
    STRIP: "Requests, on one clock", "同一时钟下的请求";
    STRIP_PER: "per {length}", "每 {length}";
    STRIP_NAME: "{protocol}, up to now: {answered} answered, {refused} refused, {stale} stale, {lost} lost", "{protocol}，至今：已答复 {answered}，拒绝 {refused}，陈旧 {stale}，丢失 {lost}";
    STRIP_MANY: "Too many requests to count here", "请求过多，此处不计数";
    STRIP_WAITS: "Counted once the run is computed", "运行计算完成后显示";

    YES: "yes", "是";
    CATALOGUE: "Protocols", "协议";
    CATALOGUE_TITLE: "Every protocol", "全部协议";
    CATALOGUE_LEAD: "What each of them is for, what it costs, and what is often said of it that is not so.", "每个协议解决什么问题、代价如何，以及人们对它的常见误解。";
    CATALOGUE_MATRIX: "What solves what", "谁解决什么";
    CATALOGUE_COMPARE: "Compare them on what is open", "在当前场景下比较";
    ABOUT_PROBLEM: "Problem", "问题";
    ABOUT_GUARANTEES: "Guarantees", "保证";
    ABOUT_COST: "Cost", "代价";
    ABOUT_TOLERATES: "Tolerates", "容错";
    ABOUT_QUORUMS: "Quorums", "法定人数";
    ABOUT_PAPERS: "Papers", "论文";
    ABOUT_MISREAD: "Often misread", "常见误解";
    ABOUT_UNPROMISED: "Does not promise", "并不承诺";
    ABOUT_MEET: "{a} and {b} must meet: otherwise {why}", "{a} 与 {b} 必须相交：否则{why}";
    ABOUT_MEET_ITSELF: "any two of {a} must meet: otherwise {why}", "任意两个 {a} 必须相交：否则{why}";
    ABOUT_NO_QUORUM: "none", "无";
    ABOUT_COUNTS: "{scenarios} scenarios, {flaws} flaws to switch on", "{scenarios} 个场景，{flaws} 个可开启的缺陷";
    ABOUT_OPEN: "Open “{title}”", "打开“{title}”";
}
