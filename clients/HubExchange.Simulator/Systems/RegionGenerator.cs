using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Systems;

/// <summary>全域创新体系: construction progress, milestones and applications of parks and zones, and zone statistics.</summary>
internal sealed class RegionGenerator(CityDraft city)
{
    private static readonly (string Code, string Name, string Unit, int Base)[] Statistics =
    [
        ("ENTERPRISES", "企业数", "家", 160), ("STAFF", "期末从业人员", "人", 18_000), ("OUTPUT", "工业总产值", "亿元", 120),
        ("REVENUE", "营业收入", "亿元", 135), ("RD_EXPENSE", "R&D经费内部支出", "亿元", 3),
    ];

    private readonly Prng _random = city.Random("region");

    public void Generate()
    {
        foreach (var (zone, node) in Zones.Parks)
        {
            AddProgress(zone, node);
            AddMilestones(zone, node);
        }

        AddApplications();
        AddStatistics();
    }

    private void AddProgress(string zone, string node)
    {
        var percent = (decimal)_random.Between(5, 40);
        var total = _random.Between(2, 60) * 100_000_000L * 100;
        for (var month = 1; month <= 12; month++)
        {
            percent = Math.Min(100, percent + (_random.Between(10, 80) / 10m));
            city.Add(node, new ConstructionProgress
            {
                ZoneId = zone,
                Month = Text.Month(city.Year, month),
                Percent = Text.Of(percent),
                InvestmentDoneFen = (long)(total * percent / 100),
            });
        }
    }

    private void AddMilestones(string zone, string node)
    {
        (MilestoneKind Kind, string Name, int Month)[] steps =
            [(MilestoneKind.Start, "一期开工", 2), (MilestoneKind.Completion, "主体工程建成", 9), (MilestoneKind.InUse, "首批企业入驻", 12)];
        foreach (var (kind, name, month) in steps)
        {
            var due = new DateOnly(city.Year, month, 28);
            city.Add(node, new Milestone
            {
                MilestoneId = Text.Invariant($"LC{city.Year}-{zone}-{month:D2}"),
                Name = name,
                Kind = kind,
                ZoneId = zone,
                DueOn = Text.Of(due),
                DoneOn = month < 12 ? Text.Of(due.AddDays(_random.Between(-20, 12))) : "",
                Evidence = month < 12 ? "现场照片、验收纪要" : "",
            });
        }
    }

    private void AddApplications()
    {
        var serial = 0;
        foreach (var body in _random.Sample(city.Bodies.Where(body => body.Level == Level.City).ToList(), city.Scaled(12)))
        {
            AddApplication(++serial, body.Host.Node, body.Host.Unit, "省级企校联合创新中心", rdId: body.Id);
        }

        foreach (var (carrierId, unit) in _random.Sample(city.Carriers, city.Scaled(6)))
        {
            AddApplication(++serial, unit.Node, unit, "省级科技企业孵化器", carrierId: carrierId);
        }
    }

    private void AddApplication(int serial, string node, Unit unit, string title, string rdId = "", string carrierId = "")
    {
        var applied = _random.Day(new DateOnly(city.Year, 2, 1), new DateOnly(city.Year, 6, 30));
        var isApproved = _random.Chance(40);
        city.Add(node, new StatusApplication
        {
            ApplicationId = Text.Invariant($"CJ{city.Year}-{serial:D4}"),
            RdId = rdId,
            CarrierId = carrierId,
            Title = title,
            FromLevel = Level.City,
            ToLevel = Level.Provincial,
            State = isApproved ? StatusApplicationState.Approved : StatusApplicationState.Review,
            AppliedOn = Text.Of(applied),
            RecommendedOn = Text.Of(applied.AddDays(30)),
            ReviewedOn = Text.Of(applied.AddDays(75)),
            PublicityOn = isApproved ? Text.Of(applied.AddDays(100)) : "",
            DecidedOn = isApproved ? Text.Of(applied.AddDays(120)) : "",
            ApprovalNo = isApproved ? Text.Invariant($"鄂科技发平〔{city.Year}〕{serial}号") : "",
            ReportingUnit = unit.Id,
        });
    }

    private void AddStatistics()
    {
        foreach (var zone in Zones.WithStatistics)
        {
            foreach (var (code, name, unit, size) in Statistics)
            {
                var respondents = _random.Between(20, 190);
                for (var quarter = 1; quarter <= 4; quarter++)
                {
                    city.Add(CityNodes.Statistics, new ZoneStatistic
                    {
                        ZoneId = zone,
                        Period = Text.Invariant($"{city.Year}-Q{quarter}"),
                        StatCode = code,
                        Name = name,
                        Value = Text.Of(size * (90m + _random.Between(0, 20) + (quarter * 3)) / 100),
                        Unit = unit,
                        Respondents = respondents,
                        DominancePercent = Text.Of(_random.Between(80, 550) / 10m),
                        Revision = quarter < 4 ? StatisticRevision.Preliminary : StatisticRevision.Flash,
                        Frame = zone is Zones.DayeLake or Zones.HighTech ? StatisticFrame.Zone : StatisticFrame.City,
                    });
                }
            }
        }
    }
}
