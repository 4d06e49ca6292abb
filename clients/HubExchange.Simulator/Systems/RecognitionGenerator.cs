using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Simulator.Words;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Systems;

/// <summary>Awards and rankings: what others say of the city.</summary>
internal sealed class RecognitionGenerator(CityDraft city)
{
    private const int Awards = 30;
    private const int RankedFirms = 12;

    private readonly Prng _random = city.Random("recognition");

    public void Generate()
    {
        AddAwards();
        AddRankings();
    }

    private void AddAwards()
    {
        var serial = 0;
        foreach (var (number, title, owner) in _random.Sample(city.Achievements, city.Scaled(Awards)))
        {
            city.Add(CityNodes.Center, new Award
            {
                AwardId = Text.Invariant($"JL{city.Year}-{++serial:D4}"),
                Title = title,
                Kind = _random.Pick([AwardKind.Progress, AwardKind.Invention, AwardKind.IndustrialInnovation]),
                Level = _random.Pick([Level.Provincial, Level.City, Level.City]),
                AwardClass = _random.Pick([AwardClass.First, AwardClass.Second, AwardClass.Third]),
                Year = city.Year,
                Uscc = owner.Uscc,
                OrgUsccs = { owner.Uscc },
                PersonNames = { Names.Person(_random), Names.Person(_random) },
                AchievementId = number,
                AwardedOn = Text.Of(new DateOnly(city.Year, 12, 10)),
            });
        }
    }

    private void AddRankings()
    {
        foreach (var year in new[] { city.Year - 1, city.Year })
        {
            var zone = Ranking($"PM{year}-HTZ-Z001", "国家高新区综合评价", "科技部", year, RankingSubject.Zone, "420281");
            zone.ZoneId = Zones.DayeLake;
            zone.Rank = year == city.Year ? 118 : 124;
            zone.RankedTotal = 169;
            city.Add(CityNodes.Center, zone);

            var tier = Ranking($"PM{year}-CITY", "市州科技创新综合考评", "湖北省科技厅", year, RankingSubject.Division, "420200");
            tier.Tier = "第一方阵";
            city.Add(CityNodes.Center, tier);
        }

        var certified = _random.Sample(city.Certified, city.Scaled(RankedFirms));
        for (var i = 0; i < certified.Count; i++)
        {
            var firm = certified[i].Firm;
            var ranking = Ranking(
                Text.Invariant($"PM{city.Year}-HTE100-{i + 1:D4}"), "湖北省高新技术企业百强", "湖北省科技厅", city.Year, RankingSubject.Firm, firm.Division);
            ranking.Uscc = firm.Uscc;
            ranking.Rank = 1 + (i * 8);
            city.Add(CityNodes.Center, ranking);
        }
    }

    private static ExternalRanking Ranking(string id, string name, string publisher, int year, RankingSubject kind, string division) => new()
    {
        RankingId = id,
        Ranking = name,
        Publisher = publisher,
        Year = year,
        SubjectKind = kind,
        Division = division,
        PublishedOn = Text.Of(new DateOnly(year, 12, 20)),
        SourceDocument = "公开发布",
    };
}
