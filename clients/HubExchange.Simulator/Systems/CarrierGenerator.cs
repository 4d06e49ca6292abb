using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;

namespace HubExchange.Simulator.Systems;

/// <summary>Incubators, maker spaces and the like, with their tenants.</summary>
internal sealed class CarrierGenerator(CityDraft city)
{
    private const int Carriers = 36;
    private const int Tenants = 1_500;

    private static readonly (CarrierType Type, string Name)[] Types =
    [
        (CarrierType.Incubator, "科技企业孵化器"), (CarrierType.ProfessionalIncubator, "专业孵化器"), (CarrierType.MakerSpace, "众创空间"),
        (CarrierType.ProfessionalMakerSpace, "专业化众创空间"), (CarrierType.AgriculturalMakerSpace, "星创天地"),
        (CarrierType.Accelerator, "加速器"),
    ];

    private readonly Prng _random = city.Random("carrier");

    public void GenerateCarriers()
    {
        var count = city.Scaled(Carriers);
        for (var i = 0; i < count; i++)
        {
            // Every unit has one before any has a second.
            var unit = Unit.All[i % Unit.All.Count];
            var operators = city.Enterprises.Where(firm => firm.Unit == unit).ToList();
            if (operators.Count > 0)
            {
                AddCarrier(Text.Invariant($"ZT-{unit.Id}-{i + 1:D3}"), unit, _random.Pick(operators), i);
            }
        }
    }

    public void GenerateTenants()
    {
        var young = city.Firms.Where(firm => firm.EstablishedOn.Year >= city.Year - 6).ToList();
        var count = city.Scaled(Tenants);
        for (var i = 0; i < count; i++)
        {
            var (carrierId, unit) = _random.Pick(city.Carriers);
            var near = _random.Pick(young);
            city.Add(unit.Node, Tenancy(Text.Invariant($"RF-{i + 1:D6}"), carrierId, near, isTeam: city.Teams.Count > 0 && _random.Chance(4)));
        }
    }

    private void AddCarrier(string id, Unit unit, Firm firm, int index)
    {
        var (type, name) = Types[index % Types.Length];
        var (level, state) = _random.Weighted(1, 3, 6, 2) switch
        {
            0 => (Level.National, CarrierState.National),
            1 => (Level.Provincial, CarrierState.Provincial),
            2 => (Level.City, CarrierState.CityFiled),
            _ => (Level.Provincial, CarrierState.Evaluated),
        };
        var started = _random.Day(new DateOnly(city.Year - 8, 1, 1), new DateOnly(city.Year - 1, 6, 30));
        var record = new Carrier
        {
            CarrierId = id,
            Name = firm.Name[..4] + name,
            Type = type,
            Level = level,
            OperatorUscc = firm.Uscc,
            ZoneId = firm.Zones.Count > 0 ? firm.Zones[0] : "",
            AreaM2 = Text.Of(_random.Between(2_000, 40_000)),
            StartOn = Text.Of(started),
            ApprovedOn = Text.Of(started.AddDays(400)),
            ApprovalNo = Text.Invariant($"黄科技发〔{started.AddDays(400).Year}〕{_random.Between(1, 60)}号"),
            Staff = _random.Between(5, 40),
            Mentors = _random.Between(3, 25),
            Incubatees = _random.Between(10, 80),
            Graduates = _random.Between(2, 60),
            FundFen = 100L * 10_000 * _random.Between(100, 3_000),
            PublicPlatformInvestFen = 100L * 10_000 * _random.Between(20, 800),
            State = state,
        };
        if (state == CarrierState.Evaluated)
        {
            record.EvaluationYear = city.Year;
            record.EvaluationGrade = _random.Pick([CarrierGrade.A, CarrierGrade.B, CarrierGrade.C]);
        }

        if (level == Level.Provincial && _random.Chance(40))
        {
            var recommended = _random.Day(city.Year);
            record.RecommendedOn = Text.Of(recommended);
            city.Tally.Add("HS21-301", unit, recommended);
        }

        city.Carriers.Add((id, unit));
        city.Add(unit.Node, record);
    }

    private IncubateeTenancy Tenancy(string id, string carrierId, Firm firm, bool isTeam)
    {
        var first = firm.EstablishedOn > new DateOnly(city.Year - 3, 1, 1) ? firm.EstablishedOn : new DateOnly(city.Year - 3, 1, 1);
        var entered = _random.Chance(30)
            ? _random.Day(first.Year < city.Year ? new DateOnly(city.Year, 1, 1) : first, new DateOnly(city.Year, 12, 31))
            : _random.Day(first, new DateOnly(city.Year, 12, 31));
        var record = new IncubateeTenancy
        {
            TenancyId = id,
            CarrierId = carrierId,
            EnteredOn = Text.Of(entered),
            AreaM2 = Text.Of(_random.Between(30, 1_200)),
            Staff = Math.Min(firm.Staff, 60),
            RevenueFen = 100L * 1_000 * _random.Between(50, 9_000),
        };
        if (isTeam)
        {
            record.TeamId = _random.Pick(city.Teams).TeamId;
            return record;
        }

        record.Uscc = firm.Uscc;
        if (entered.Year < city.Year && _random.Chance(25))
        {
            record.LeftOn = Text.Of(_random.Day(entered.AddDays(90), new DateOnly(city.Year, 12, 31)));
            record.ExitType = _random.Weighted(6, 2, 1, 1) switch
            {
                0 => IncubateeExit.Graduated,
                1 => IncubateeExit.MovedOut,
                2 => IncubateeExit.Deregistered,
                _ => IncubateeExit.Dismissed,
            };
            record.LandedAsUscc = record.ExitType == IncubateeExit.Graduated ? firm.Uscc : "";
        }

        if (entered.Year == city.Year)
        {
            city.Tally.Add("HS21-302", firm.Unit, entered);
        }

        return record;
    }
}
