using System.Globalization;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Enterprise.V1;

namespace HubExchange.Benchmarks.Load;

/// <summary>
/// Organisations with every column filled as counties fill them. Each batch has keys of its own that pass every check and belong to
/// nobody; within a batch keys ascend, as in the registers they are exported from.
/// </summary>
/// <param name="batch">0 or more; every batch of a process has another number.</param>
internal sealed class Organizations(int batch)
{
    private static readonly string[] Divisions = ["420281", "420205", "420222", "420203", "420204", "420202"];

    private static readonly string[] Zones = ["420281-Z001", "420205-Z002", "420222-Z006", "420203-Z004", "420204-Z005", "420205-Z007"];

    private static readonly string[] Trades = ["铜业", "电子电路", "生物医药", "矿山机械", "智能物流装备", "环保科技", "软件", "特钢"];

    private static readonly string[] Industries = ["3211", "3982", "2740", "3511", "3434", "7722", "6513", "3130"];

    private static readonly string[] People = ["王建国", "李芳", "张志强", "刘海燕", "陈思远", "杨敏", "黄晓东", "赵丽君"];

    private static int _batches;

    /// <summary>Codes of every division that the records name.</summary>
    public static IReadOnlyList<string> AllDivisions => Divisions;

    /// <summary>What all keys of the batch begin with, and no others.</summary>
    public string KeyPrefix { get; } = Prefix(batch);

    /// <summary>A batch with keys nobody had before.</summary>
    public static Organizations NewBatch() => new(Interlocked.Increment(ref _batches) - 1);

    /// <summary>One record.</summary>
    /// <param name="index">0 to 999,999.</param>
    /// <param name="version">0, or more for the same record with three fields changed.</param>
    public Organization Record(int index, int version = 0)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{KeyPrefix.AsSpan(8)}{index:D6}");
        var first17 = $"{KeyPrefix.AsSpan(0, 8)}{body}{OrganizationCode.CheckCharacter(body)}";
        var place = index % Divisions.Length;
        var trade = index % Trades.Length;
        var staff = 3 + (index % 900);
        return new Organization
        {
            Uscc = first17 + Uscc.CheckCharacter(first17),
            Name = string.Create(CultureInfo.InvariantCulture, $"黄石鑫源{index:D6}{Trades[trade]}有限公司"),
            FormerNames = { string.Create(CultureInfo.InvariantCulture, $"黄石{Trades[trade]}{index:D6}厂") },
            OrgKind = OrganizationKind.Enterprise,
            RegistrationType = "有限责任公司(自然人投资或控股)",
            EstablishedOn = new DateOnly(2002, 1, 1).AddDays(index % 7_000).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            RegisteredDivision = Divisions[place],
            OperatingDivision = Divisions[place],
            ZoneIds = { Zones[place] },
            ReportingUnit = Divisions[place],
            IndustryCode = Industries[trade],
            RegisteredCapitalFen = 100_000_000L + (index * 1_000L),
            StaffTotal = staff + version,
            RdStaff = staff / 8,
            LegalRepresentativeName = People[index % People.Length],
            ContactName = People[(index / 8) % People.Length],
            ContactMobile = string.Create(CultureInfo.InvariantCulture, $"19900{(index + version) % 1_000_000:D6}"),
            Address = string.Create(CultureInfo.InvariantCulture, $"黄石市创新路{index % 499}号{version + 1}栋"),
            ListingStatus = ListingStatus.NotListed,
            BusinessState = BusinessState.Active,
        };
    }

    private static string Prefix(int batch)
    {
        // Registrars give out no code with X and a letter in front; 21 letters of the alphabet of the codes are free for us.
        const string letters = "ABCDEFGHJKLMNPQRTUWXY";
        return $"91{Divisions[batch / letters.Length % Divisions.Length]}X{letters[batch % letters.Length]}";
    }
}
