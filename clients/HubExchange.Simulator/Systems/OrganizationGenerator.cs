using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Simulator.Words;

namespace HubExchange.Simulator.Systems;

/// <summary>
/// Organisations: enterprises by unit and industry, universities and institutes, banks. Those in overlay zones are reported by the county
/// and, for the most part, by the zone as well, so that the hub has the same key from two sources.
/// </summary>
internal sealed class OrganizationGenerator(CityDraft city)
{
    private const int Organizations = 3_000;
    private const int FirstInstitute = 110_000;
    private const int FirstBank = 120_000;
    private const int FirstEnterprise = 150_000;

    private static readonly (string Name, Unit Unit, bool IsUniversity)[] Institutes =
    [
        ("黄石磁湖大学", Unit.Huangshigang, true), ("黄石东楚理工学院", Unit.Xialu, true),
        ("大冶湖职业技术学院", Unit.Daye, true), ("黄石工程技术学院", Unit.Tieshan, true),
        ("黄石金属材料研究院", Unit.Xisaishan, false), ("大冶有色金属研究所", Unit.Daye, false),
        ("阳新农业科学研究所", Unit.Yangxin, false), ("黄石电子信息产业研究院", Unit.Tieshan, false),
        ("黄石智能制造研究院", Unit.Tieshan, false), ("黄石环境科学研究所", Unit.Xialu, false),
        ("黄石生物医药研究院", Unit.Yangxin, false), ("黄石新港物流装备研究所", Unit.Xingang, false),
        ("黄石中医药研究所", Unit.Huangshigang, false), ("大冶矿产综合利用研究所", Unit.Daye, false),
    ];

    private static readonly string[] Banks =
        ["黄石城市商业银行股份有限公司", "大冶科技银行股份有限公司", "黄石惠农银行股份有限公司", "黄石兴业科技支行", "阳新村镇银行股份有限公司", "黄石开发区科技支行"];

    private readonly Prng _random = city.Random("organization");
    private readonly Prng _overlay = city.Random("organization overlay");
    private readonly HashSet<string> _names = [];

    public void Generate()
    {
        AddInstitutes();
        AddBanks();
        AddEnterprises(city.Scaled(Organizations) - city.Institutes.Count - city.Banks.Count);
        city.Enterprises.AddRange(city.Firms.Where(firm => firm is { Kind: OrganizationKind.Enterprise, IsActive: true }));
    }

    private void AddInstitutes()
    {
        for (var i = 0; i < Institutes.Length; i++)
        {
            var (name, unit, isUniversity) = Institutes[i];
            _names.Add(name);
            var firm = new Firm(
                SyntheticCode.Uscc("12", "420200", FirstInstitute + i), name, OrganizationKind.PublicInstitution, unit,
                unit.Divisions[0], ZonesOf(unit), isUniversity ? Industries.Higher : Industries.Research,
                new DateOnly(1958 + (i * 4), 9, 1), isUniversity ? 800 + (i * 150) : 60 + (i * 10), BusinessState.Active);
            city.Institutes.Add(firm);
            Add(firm, "事业单位", firm.Staff * 2 / 3);
        }
    }

    private void AddBanks()
    {
        for (var i = 0; i <= Banks.Length; i++)
        {
            var isFund = i == Banks.Length;
            var unit = i is 1 ? Unit.Daye : i is 4 ? Unit.Yangxin : i is 5 ? Unit.Tieshan : Unit.Huangshigang;
            var name = isFund ? "黄石产业人才创新创业基金管理有限公司" : Banks[i];
            _names.Add(name);
            var firm = new Firm(
                SyntheticCode.Uscc("91", unit.Division, FirstBank + i), name, OrganizationKind.Enterprise, unit, unit.Divisions[0],
                ZonesOf(unit), isFund ? Industries.Funds : Industries.Banking, new DateOnly(2001 + i, 3, 18), 30 + (i * 12), BusinessState.Active);
            city.Banks.Add(firm);
            Add(firm, "股份有限公司", 0);
        }
    }

    private void AddEnterprises(int count)
    {
        var serial = FirstEnterprise;
        var left = Math.Max(count, Unit.All.Count);
        var total = left;
        foreach (var unit in Unit.All)
        {
            var share = unit == Unit.All[^1] ? left : Math.Max(1, total * unit.Percent / 100);
            for (var i = 0; i < share; i++)
            {
                var firm = Enterprise(unit, serial++);
                city.Firms.Add(firm);
                Add(firm, firm.Kind == OrganizationKind.Cooperative ? "农民专业合作社" : RegistrationType(firm), RdStaff(firm));
            }

            left -= share;
        }
    }

    private Firm Enterprise(Unit unit, int serial)
    {
        var (division, zones) = Zones.Place(unit, _random);
        var industry = Industries.Of(unit, zones, _random);
        var isCooperative = industry == Industries.Agriculture && _random.Chance(40);
        var name = Names.Enterprise(unit, industry, _names, _random);
        var state = _random.Weighted(94, 2, 1, 1, 2) switch
        {
            0 => BusinessState.Active,
            1 => BusinessState.Suspended,
            2 => BusinessState.MovedOut,
            3 => BusinessState.Revoked,
            _ => BusinessState.Deregistered,
        };
        var staff = _random.Weighted(50, 30, 14, 5, 1) switch
        {
            0 => _random.Between(3, 30),
            1 => _random.Between(31, 100),
            2 => _random.Between(101, 300),
            3 => _random.Between(301, 900),
            _ => _random.Between(901, 4_000),
        };
        return new Firm(
            SyntheticCode.Uscc(isCooperative ? "93" : "91", unit.Division, serial),
            isCooperative ? name.Replace("有限公司", "专业合作社", StringComparison.Ordinal) : name,
            isCooperative ? OrganizationKind.Cooperative : OrganizationKind.Enterprise,
            unit, division, zones, industry, EstablishedOn(), staff, state);
    }

    private DateOnly EstablishedOn() => _random.Weighted(12, 10, 28, 50) switch
    {
        0 => _random.Day(city.Year),
        1 => _random.Day(city.Year - 1),
        2 => _random.Day(new DateOnly(city.Year - 5, 1, 1), new DateOnly(city.Year - 2, 12, 31)),
        _ => _random.Day(new DateOnly(city.Year - 22, 1, 1), new DateOnly(city.Year - 6, 12, 31)),
    };

    private string RegistrationType(Firm firm) => firm.Name.Contains("股份", StringComparison.Ordinal)
        ? "股份有限公司"
        : _random.Chance(8) ? "有限责任公司(外商投资)" : "有限责任公司(自然人投资或控股)";

    private int RdStaff(Firm firm) => firm.Staff * _random.Between(4, 30) / 100;

    private static IReadOnlyList<string> ZonesOf(Unit unit) => unit == Unit.Tieshan
        ? [Zones.Development]
        : unit == Unit.Xingang ? [Zones.Xingang] : [];

    private void Add(Firm firm, string registrationType, int rdStaff)
    {
        var record = new Organization
        {
            Uscc = firm.Uscc,
            Name = firm.Name,
            OrgKind = firm.Kind,
            RegistrationType = registrationType,
            EstablishedOn = Text.Of(firm.EstablishedOn),
            RegisteredDivision = firm.Unit.Division,
            OperatingDivision = firm.Division,
            ZoneIds = { firm.Zones },
            ReportingUnit = firm.Unit.Id,
            IndustryCode = firm.Industry.Code,
            RegisteredCapitalFen = 100L * 10_000 * _random.Between(50, 300) * (1 + (firm.Staff / 20)),
            StaffTotal = firm.Staff,
            RdStaff = rdStaff,
            LegalRepresentativeName = Names.Person(_random),
            ContactName = Names.Person(_random),
            ContactMobile = SyntheticCode.Mobile(_random),
            Address = Text.Invariant($"{firm.Unit.Place}创新路{_random.Between(1, 499)}号"),
            ListingStatus = Listing(firm),
            BusinessState = firm.State,
        };
        city.Add(firm.Node, record);
        AddOverlays(firm, record);
    }

    private ListingStatus Listing(Firm firm) => firm.Staff < 600 || !_random.Chance(15)
        ? ListingStatus.NotListed
        : _random.Pick([ListingStatus.MainBoard, ListingStatus.GrowthBoard, ListingStatus.Neeq]);

    private void AddOverlays(Firm firm, Organization record)
    {
        foreach (var (node, zone, percent) in CityNodes.Overlays)
        {
            if (!firm.Zones.Contains(zone) || !_overlay.Chance(percent))
            {
                continue;
            }

            // Zones count staff on another day than counties and do not collect contacts.
            var copy = record.Clone();
            copy.LegalRepresentativeName = "";
            copy.ContactName = "";
            copy.ContactMobile = "";
            if (_overlay.Chance(10))
            {
                copy.StaffTotal += _overlay.Between(1, 5);
            }

            city.Add(node, copy);
        }
    }
}
