using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Simulator.Words;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Systems;

/// <summary>
/// Technology contracts, registered by the city's office. Amounts are heavy-tailed: most contracts are small, few make the total, which is
/// that of the plan. Institutes have a quarter of the contracts and a tenth of the money.
/// </summary>
internal sealed class ContractGenerator(CityDraft city)
{
    private const int Contracts = 1_500;
    private const long TurnoverFen = 5_800_000_000L * 100;
    private const long SmallestFen = 100L * 5_000;

    // Amount in yuan at each per mille of the distribution, linear in between. Integers, so that every machine draws the same.
    private static readonly (int PerMille, long Yuan)[] Amounts =
    [
        (0, 10_000), (200, 60_000), (400, 250_000), (600, 900_000), (750, 2_200_000), (880, 6_000_000), (960, 20_000_000), (990, 60_000_000),
        (1000, 160_000_000),
    ];

    private static readonly (string Division, string Name)[] Elsewhere =
        [("420100", "武汉"), ("310000", "上海"), ("440300", "深圳"), ("420000", "湖北")];

    private readonly Prng _random = city.Random("contract");

    public void Generate()
    {
        var count = city.Scaled(Contracts);
        var drafts = new List<(TechContract Record, Firm Seller)>(count);
        for (var i = 0; i < count; i++)
        {
            var isInstitute = _random.Chance(26);
            var seller = isInstitute ? _random.Pick(city.Institutes) : _random.Pick(city.Enterprises);
            drafts.Add((Contract(i + 1, seller, isInstitute), seller));
        }

        Level(drafts);
        foreach (var (record, seller) in drafts)
        {
            city.Add(CityNodes.ContractOffice, record);
            if (record.State is TechContractState.Registered)
            {
                city.Contracts.Add((record.RegistrationNo, seller));
                city.Tally.Add("HS21-H09", seller.Unit, DateOnly.Parse(record.RegisteredOn, System.Globalization.CultureInfo.InvariantCulture), record.TurnoverFen / 10_000_000_000m);
            }
        }
    }

    private TechContract Contract(int serial, Firm seller, bool isInstitute)
    {
        var registered = RegistrationDay();
        var signed = registered.AddDays(-_random.Between(10, 60));
        var type = (ContractType)(_random.Weighted(34, 6, 10, 50) switch { 0 => 1, 1 => 2, 2 => 4, _ => 5 });
        var state = _random.Weighted(960, 14, 14, 12) switch
        {
            0 => TechContractState.Registered,
            1 => TechContractState.Changed,
            2 => TechContractState.Cancelled,
            _ => TechContractState.Review,
        };
        var record = new TechContract
        {
            RegistrationNo = Text.Invariant($"{city.Year}420201{serial:D6}"),
            ProjectName = Phrases.Contract(seller.Industry, _random),
            TypeList = ContractTypeList.FourTypes,
            ContractType = type,
            ContractSubtype = type switch
            {
                ContractType.Development => _random.Pick([ContractSubtype.CommissionedDevelopment, ContractSubtype.JointDevelopment]),
                ContractType.Service => _random.Pick([ContractSubtype.GeneralService, ContractSubtype.GeneralService, ContractSubtype.Training]),
                _ => ContractSubtype.Unspecified,
            },
            SellerUscc = seller.Uscc,
            SellerName = seller.Name,
            SellerKind = isInstitute ? PartyKind.PublicInstitution : PartyKind.Enterprise,
            SellerDivision = seller.Division,
            SellerCountry = "CHN",
            BuyerCountry = "CHN",
            SignedOn = Text.Of(signed),
            ValidFrom = Text.Of(signed),
            ValidTo = Text.Of(signed.AddMonths(_random.Between(6, 36))),
            AcceptedOn = Text.Of(registered.AddDays(-_random.Between(2, 9))),
            OfficeId = "420201",
            TurnoverFen = 100 * Amount(isInstitute),
            PaymentMode = _random.Pick([PaymentMode.LumpSum, PaymentMode.Instalments, PaymentMode.Instalments, PaymentMode.Royalty]),
            ContractField = seller.Industry.ContractField,
            IpType = _random.Pick([IpType.None, IpType.KnowHow, IpType.InventionPatent, IpType.UtilityModel, IpType.Software]),
            ElectronicSeal = _random.Chance(60),
            State = state,
        };
        if (state != TechContractState.Review)
        {
            record.RegisteredOn = Text.Of(registered);
        }

        SetBuyer(record, seller);
        return record;
    }

    private void SetBuyer(TechContract record, Firm seller)
    {
        if (_random.Chance(45) && _random.Pick(city.Enterprises) is var buyer && buyer.Uscc != seller.Uscc)
        {
            record.BuyerUscc = buyer.Uscc;
            record.BuyerName = buyer.Name;
            record.BuyerKind = PartyKind.Enterprise;
            record.BuyerDivision = buyer.Division;
            record.BuyerIndustry = buyer.Industry.Code;
        }
        else if (_random.Chance(2))
        {
            record.BuyerPersonName = Names.Person(_random);
            record.BuyerKind = PartyKind.Individual;
            record.BuyerDivision = "420200";
        }
        else
        {
            var (division, place) = _random.Pick(Elsewhere);
            var serial = _random.Below(2_000);
            record.BuyerUscc = SyntheticCode.Uscc("91", division, SyntheticCode.Outside + serial);
            record.BuyerName = Text.Invariant($"{place}采购单位{serial:D4}有限公司");
            record.BuyerKind = PartyKind.Enterprise;
            record.BuyerDivision = division;
            record.BuyerIndustry = seller.Industry.Code;
        }
    }

    // Contracts pile up at the end of June and of December.
    private DateOnly RegistrationDay() => _random.Weighted(60, 15, 25) switch
    {
        0 => _random.Day(new DateOnly(city.Year, 1, 5), new DateOnly(city.Year, 12, 31)),
        1 => _random.Day(new DateOnly(city.Year, 6, 15), new DateOnly(city.Year, 6, 30)),
        _ => _random.Day(new DateOnly(city.Year, 12, 1), new DateOnly(city.Year, 12, 31)),
    };

    private long Amount(bool isInstitute)
    {
        var position = _random.Below(isInstitute ? 860 : 1_000);
        for (var i = 1; ; i++)
        {
            var (start, low) = Amounts[i - 1];
            var (end, high) = Amounts[i];
            if (position < end)
            {
                return low + ((high - low) * (position - start) / (end - start)) + _random.Between(0L, low / 10);
            }
        }
    }

    /// <summary>Brings the sum of the registered contracts to that of the plan, and sets the parts of the turnover.</summary>
    private void Level(List<(TechContract Record, Firm Seller)> drafts)
    {
        var sum = drafts.Where(draft => draft.Record.State == TechContractState.Registered).Sum(draft => draft.Record.TurnoverFen);
        var wanted = (Int128)TurnoverFen * drafts.Count / Contracts;
        foreach (var (record, _) in drafts)
        {
            // Whole hundreds of yuan, as contracts have.
            var turnover = sum == 0 ? record.TurnoverFen : (long)(record.TurnoverFen * wanted / sum);
            record.TurnoverFen = Math.Max(SmallestFen, turnover / 10_000 * 10_000);
            record.TransactionFen = record.TurnoverFen / 100 * _random.Between(55, 100);
            record.TechnicalIncomeFen = record.TransactionFen / 100 * _random.Between(70, 100);
        }
    }
}
