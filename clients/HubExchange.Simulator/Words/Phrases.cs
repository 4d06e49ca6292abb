using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Words;

/// <summary>Titles of projects, contracts and achievements.</summary>
internal static class Phrases
{
    private static readonly string[] Qualities = ["高性能", "绿色", "智能", "低成本", "节能型", "高可靠", "数字化", "长寿命", "高效", "轻量化"];
    private static readonly string[] Topics = ["关键技术研究", "制备工艺优化", "产业化开发", "在线检测技术", "性能提升研究", "自动化生产技术", "应用示范"];
    private static readonly string[] Services = ["技术开发", "技术服务", "技术咨询", "工艺改进", "检测方案", "系统集成"];
    private static readonly string[] Suffixes = ["I型", "II型", "A系列", "B系列", "Pro系列", "S系列", "升级型", "定制型"];

    /// <summary>What a firm or institute works on.</summary>
    public static string Research(Industry industry, Prng random) =>
        random.Pick(Qualities) + random.Pick(industry.Products) + random.Pick(Topics);

    /// <summary>What a contract is about.</summary>
    public static string Contract(Industry industry, Prng random) =>
        random.Pick(Qualities) + random.Pick(industry.Products) + random.Pick(Services);

    /// <summary>A product.</summary>
    public static string Product(Industry industry, Prng random) =>
        random.Pick(Qualities) + random.Pick(industry.Products) + "(" + random.Pick(Suffixes) + ")";

    /// <summary>A direction of research.</summary>
    public static string Direction(Industry industry, Prng random) => random.Pick(Qualities) + random.Pick(industry.Products);
}
