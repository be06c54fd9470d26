//! Words of which names are made: common surnames and given names, invented streets and units.

/// Surnames, the common ones several times.
pub(super) const SURNAMES: [&str; 60] = [
    "王", "王", "王", "李", "李", "李", "张", "张", "张", "刘", "刘", "陈", "陈", "陈", "杨", "黄", "黄", "赵", "吴",
    "吴", "周", "周", "徐", "徐", "孙", "马", "朱", "朱", "胡", "郭", "何", "高", "林", "罗", "郑", "梁", "谢", "宋",
    "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "沈", "沈", "陆", "陆", "顾", "顾", "钱", "金", "姚", "潘", "范",
    "倪", "欧阳", "诸葛",
];

/// Characters of men's given names.
pub(super) const MEN: [&str; 40] = [
    "伟", "强", "磊", "军", "洋", "勇", "杰", "涛", "明", "超", "平", "刚", "辉", "鹏", "华", "飞", "鑫", "波", "斌",
    "宇", "浩", "凯", "健", "俊", "帆", "林", "建", "国", "志", "文", "东", "海", "春", "庆", "祥", "德", "永", "嘉",
    "瑞", "晨",
];

/// Characters of women's given names.
pub(super) const WOMEN: [&str; 40] = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "秀", "燕", "玲", "桂", "英", "兰", "红", "梅", "琳", "雪", "慧",
    "莉", "萍", "婷", "洁", "颖", "欣", "怡", "佳", "琴", "云", "珍", "月", "倩", "蕾", "薇", "菁", "瑶", "凤", "宁",
    "璐", "思",
];

/// Beginnings of invented streets; with [`STREET_ENDS`] there are 224, fourteen for each district.
pub(super) const STREETS: [&str; 16] = [
    "示春", "示和", "示乐", "示宁", "示泰", "示康", "示祥", "示瑞", "示兴", "示盛", "示明", "示德", "示文", "示清",
    "示远", "示安",
];

/// Endings of invented streets.
pub(super) const STREET_ENDS: [&str; 14] =
    ["新村", "园", "里", "桥", "浜", "湾", "塘", "港", "渡", "泾", "苑", "岛", "台", "洲"];

/// Beginnings of invented units.
pub(super) const UNITS: [&str; 24] = [
    "甲申", "乙东", "丙江", "丁浦", "戊海", "己川", "庚林", "辛原", "壬辰", "癸和", "子越", "丑汇", "寅通", "卯达",
    "辰联", "巳信", "午鼎", "未恒", "申源", "酉嘉", "戌诚", "亥博", "示新", "示华",
];

/// Trades of invented units, with the nature of such a unit.
pub(super) const TRADES: [(&str, &str); 12] = [
    ("物流有限公司", "private"),
    ("餐饮有限公司", "private"),
    ("软件有限公司", "private"),
    ("律师事务所", "social_org"),
    ("物业有限公司", "private"),
    ("小学", "institution"),
    ("卫生服务中心", "institution"),
    ("居民区", "urban_community"),
    ("居民区", "urban_community"),
    ("村", "rural"),
    ("建设有限公司", "state_owned"),
    ("管理局", "agency"),
];

/// Posts.
pub(super) const POSTS: [&str; 7] =
    ["public_unit_staff", "private_unit_staff", "social_org_staff", "farmer", "student", "retired", "other"];
