namespace HubExchange.Simulator.Generation;

/// <summary>A reporting unit 填报单位 with the node that fills it in.</summary>
/// <param name="Id">Unit id of the reference data.</param>
/// <param name="Node">Node that reports for it.</param>
/// <param name="Division">Six-digit division, as used in credit codes and numbers.</param>
/// <param name="Place">Name of the place as firms carry it.</param>
/// <param name="Name">Name of the unit.</param>
/// <param name="Percent">Share of the city's organisations.</param>
/// <param name="Divisions">Divisions its organisations operate in; the first is the most usual.</param>
internal sealed record Unit(
    string Id, string Node, string Division, string Place, string Name, int Percent, IReadOnlyList<string> Divisions)
{
    // Shares after the firms that newly came above scale: 大冶 40 %, 开发区·铁山 20 %, 阳新 18 %, the others 22 %.
    public static readonly Unit Daye = new("420281", "ND-420281", "420281", "大冶", "大冶市", 40, ["420281"]);
    public static readonly Unit Tieshan = new(
        "420205", "ND-420205", "420205", "黄石", "开发区·铁山区", 20,
        ["420205", "420281070", "420281170", "420203007", "420222104", "420222105"]);
    public static readonly Unit Yangxin = new("420222", "ND-420222", "420222", "阳新", "阳新县(本级)", 18, ["420222"]);
    public static readonly Unit Xisaishan = new("420203", "ND-420203", "420203", "黄石", "西塞山区", 8, ["420203"]);
    public static readonly Unit Xialu = new("420204", "ND-420204", "420204", "黄石", "下陆区", 7, ["420204"]);
    public static readonly Unit Huangshigang = new("420202", "ND-420202", "420202", "黄石", "黄石港区", 4, ["420202"]);
    public static readonly Unit Xingang = new(
        "XG", "ND-XG", "420222", "黄石", "新港园区", 3, ["420222103", "420222102", "420222455"]);

    public static IReadOnlyList<Unit> All { get; } = [Daye, Tieshan, Yangxin, Xisaishan, Xialu, Huangshigang, Xingang];
}
