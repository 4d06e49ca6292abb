using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Systems;

/// <summary>科技企业培育体系 without organisations, certificates and carriers: technology SMEs, start-ups and the cultivation lists.</summary>
internal sealed class EnterpriseGenerator(CityDraft city)
{
    private const int TechSmes = 2_000;
    private const int Startups = 320;

    private static readonly (CultivationList List, int Size)[] Lists =
    [
        (CultivationList.Leading, 100), (CultivationList.Expanding, 100), (CultivationList.LittleGiant, 60), (CultivationList.Top20, 20),
    ];

    private readonly Prng _random = city.Random("enterprise");

    public void Generate()
    {
        AddTechSmes();
        AddStartups();
        AddCultivationLists();
    }

    private void AddTechSmes()
    {
        var eligible = city.Enterprises.Where(firm => firm.Staff <= 500).ToList();
        var serial = 0;
        var last = new DateOnly(city.Year, 12, 31);
        foreach (var firm in _random.Sample(eligible, city.Scaled(TechSmes)))
        {
            // Filing closes at the end of October.
            var publicity = _random.Day(Later(firm.EstablishedOn, new DateOnly(city.Year, 2, 20)), new DateOnly(city.Year, 12, 1));
            var entered = publicity.AddDays(_random.Between(12, 20));
            var state = _random.Weighted(93, 3, 2, 2) switch
            {
                0 => TechSmeState.InStore,
                1 => TechSmeState.Updated,
                2 => TechSmeState.Revoked,
                _ => TechSmeState.Publicity,
            };
            var record = new TechSmeRegistration
            {
                RegNo = Text.Invariant($"{city.Year}{firm.Unit.Division}A8{++serial:D6}"),
                Uscc = firm.Uscc,
                EvalYear = city.Year,
                BatchNo = Text.Invariant($"{city.Year}年第{publicity.Month}批"),
                PublicityOn = Text.Of(publicity),
                Score = Text.Of(_random.Between(600, 960) / 10m),
                Staff = firm.Staff,
                RevenueBand = (RevenueBand)_random.Between((int)RevenueBand.Below5M, (int)RevenueBand.From50M),
                RdExpenseFen = 100L * 1_000 * firm.Staff * _random.Between(3, 40),
                State = state,
            };
            if (state != TechSmeState.Publicity)
            {
                record.InStoreOn = Text.Of(entered);
                city.Tally.Add("HS21-H07", firm.Unit, entered);
            }

            if (state == TechSmeState.Revoked)
            {
                record.RevokedOn = Text.Of(entered.AddDays(30) < last ? entered.AddDays(30) : last);
                record.RevokeReason = "经核查不符合评价条件";
            }

            city.Add(firm.Node, record);
        }
    }

    private void AddStartups()
    {
        var young = city.Enterprises.Where(firm => firm.EstablishedOn.Year >= city.Year - 3).ToList();
        foreach (var firm in _random.Sample(young, city.Scaled(Startups)))
        {
            var recognised = _random.Day(Later(firm.EstablishedOn, new DateOnly(city.Year, 1, 10)), new DateOnly(city.Year, 12, 31));
            var carriers = city.Carriers.Where(carrier => carrier.Unit == firm.Unit).ToList();
            city.Add(firm.Node, new StartupRecord
            {
                Uscc = firm.Uscc,
                RecognisedOn = Text.Of(recognised),
                DefinitionId = Text.Invariant($"HS-KCQY-{city.Year}"),
                CarrierId = carriers.Count > 0 && _random.Chance(50) ? _random.Pick(carriers).CarrierId : "",
                Source = _random.Pick(["县级认定", "载体推荐", "企业自荐"]),
            });
            city.Tally.Add("HS21-H08", firm.Unit, recognised);
        }
    }

    private void AddCultivationLists()
    {
        foreach (var (list, size) in Lists)
        {
            // The lists of expanding firms and of the best hold certified firms only.
            IReadOnlyList<Firm> candidates = list is CultivationList.Expanding or CultivationList.Top20
                ? [.. city.Certified.Select(entry => entry.Firm)]
                : city.Enterprises;
            var listed = _random.Sample(candidates, city.Scaled(size));
            for (var i = 0; i < listed.Count && (list != CultivationList.Top20 || i < 20); i++)
            {
                var record = new CultivationListEntry
                {
                    List = list,
                    Year = city.Year,
                    Uscc = listed[i].Uscc,
                    PublishedOn = Text.Of(new DateOnly(city.Year, 6, 18)),
                };
                if (list == CultivationList.Top20)
                {
                    record.Rank = i + 1;
                }

                city.Add(CityNodes.Center, record);
            }
        }
    }

    private static DateOnly Later(DateOnly one, DateOnly other)
    {
        var later = one > other ? one : other;
        var limit = new DateOnly(other.Year, 12, 1);
        return later > limit ? limit : later;
    }
}
