using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Filling;
using HubExchange.Simulator.Generation;
using HubExchange.V1;

namespace HubExchange.Simulator.Tests;

public sealed class PushCheckTests
{
    private static readonly EntityTypes Types = CityEntityTypes.All;

    [Fact]
    public void Report_WhenEverythingWentAsItHadTo_HasNoMistakes()
    {
        var report = Report(stored: 1, quarantined: 1, Rejected(1, "uscc.check"));

        Assert.Empty(report.Mistakes);
        Assert.Equal((2L, 1L, 1L), (report.Sent, report.Stored, report.Quarantined));
    }

    [Fact]
    public void Report_WhenARecordIsLost_SaysSo() => Assert.Single(Report(stored: 0, quarantined: 1, Rejected(1, "uscc.check")).Mistakes);

    [Fact]
    public void Report_WhenAFaultIsNotFound_SaysSo() => Assert.Single(Report(stored: 2, quarantined: 0).Mistakes);

    [Fact]
    public void Report_WhenAnotherRuleFoundIt_SaysSo() => Assert.Single(Report(stored: 1, quarantined: 1, Rejected(1, "required")).Mistakes);

    [Fact]
    public void Report_WhenASoundRecordIsRefused_SaysSo() =>
        Assert.Single(Report(stored: 0, quarantined: 2, Rejected(0, "required"), Rejected(1, "uscc.check")).Mistakes);

    private static NodeReport Report(int stored, int quarantined, params RejectedRecord[] rejected)
    {
        var type = Types.Of<Organization>();
        GeneratedRecord[] sent = [new(type, new Organization { Uscc = "a" }, null), new(type, new Organization { Uscc = "b" }, "uscc.check")];
        var counts = new PushCounts { Stored = stored, Quarantined = quarantined };
        return PushCheck.Report("ND-420281", "simulator", sent, new PushResult(counts, 0, rejected, 1, 0));
    }

    private static RejectedRecord Rejected(long ordinal, string rule) => new(ordinal, "enterprise.organization", new RejectedChange
    {
        Violations = { new Violation { Rule = rule, Severity = Severity.Error } },
    });
}
