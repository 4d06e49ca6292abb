using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Words;

/// <summary>Names of people and firms, put together from lists.</summary>
internal static class Names
{
    private static readonly string[] Surnames =
    [
        "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "罗",
        "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "田", "董", "袁", "潘", "余", "柯", "石",
    ];

    private static readonly string[] GivenNames =
    [
        "伟", "芳", "娜", "敏", "静", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "霞", "平", "刚",
        "建国", "志强", "海燕", "文博", "晓东", "雨桐", "子轩", "思远", "国栋", "立新", "春华", "丽君", "永胜", "佳怡", "振宇", "冬梅",
    ];

    private static readonly string[] First =
        ["鑫", "瑞", "恒", "宏", "华", "博", "天", "中", "楚", "铭", "盛", "泰", "安", "科", "诚", "联", "润", "晟", "鼎", "信", "云", "磁", "东", "新"];

    private static readonly string[] Second =
        ["源", "达", "泽", "创", "远", "丰", "拓", "邦", "通", "德", "成", "康", "宇", "力", "昌", "航", "辉", "利", "凯", "隆", "程", "诺", "峰", "和"];

    /// <summary>A person's name.</summary>
    public static string Person(Prng random) => random.Pick(Surnames) + random.Pick(GivenNames);

    /// <summary>An enterprise's name: place, brand, industry, legal form. Not yet used by another one.</summary>
    public static string Enterprise(Unit unit, Industry industry, HashSet<string> taken, Prng random)
    {
        var place = random.Weighted(5, 3, 2) switch
        {
            0 => unit.Place,
            1 => "湖北",
            _ => "黄石",
        };
        var form = random.Weighted(17, 2, 1) switch
        {
            0 => "有限公司",
            1 => "科技有限公司",
            _ => "股份有限公司",
        };
        while (true)
        {
            var brand = random.Pick(First) + random.Pick(Second);
            var name = place + brand + industry.Name + form;
            if (taken.Add(name))
            {
                return name;
            }

            // In large cities two characters do not suffice.
            name = place + brand + random.Pick(First) + industry.Name + form;
            if (taken.Add(name))
            {
                return name;
            }

            name = place + brand + random.Pick(First) + random.Pick(Second) + industry.Name + form;
            if (taken.Add(name))
            {
                return name;
            }
        }
    }
}
