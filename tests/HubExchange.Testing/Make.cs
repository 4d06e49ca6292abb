using System.Globalization;
using HubExchange.Contracts.Validation.Formats;
using HubExchange.Enterprise.V1;

namespace HubExchange.Testing;

/// <summary>Small valid records with what a test wants to say about them.</summary>
public static class Make
{
    private static int _organizations;

    /// <summary>A new synthetic code that no other test uses.</summary>
    public static string Uscc()
    {
        var body = "XT" + Interlocked.Increment(ref _organizations).ToString("D6", CultureInfo.InvariantCulture);
        var first17 = "91420281" + body + OrganizationCode.CheckCharacter(body);
        return first17 + Contracts.Validation.Formats.Uscc.CheckCharacter(first17);
    }

    /// <summary>An organisation in 大冶市.</summary>
    public static Organization Organization(string? uscc = null, string name = "样例企业") => new()
    {
        Uscc = uscc ?? Uscc(),
        Name = name,
        OrgKind = OrganizationKind.Enterprise,
        EstablishedOn = "2015-06-01",
        OperatingDivision = "420281",
        ReportingUnit = "420281",
        IndustryCode = "3921",
        BusinessState = BusinessState.Active,
    };
}
