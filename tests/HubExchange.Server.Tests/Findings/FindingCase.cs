using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Findings;

/// <summary>The parties of findings: a zone that doubts, the county whose records are doubted, and the bureau.</summary>
internal sealed class FindingCase(HubClient raiser, HubClient owner, HubClient bureau)
{
    public HubClient Raiser => raiser;

    public HubClient Owner => owner;

    public HubClient Bureau => bureau;

    public static async Task<FindingCase> OpenAsync(TestHub hub, bool withCalendars = true)
    {
        if (withCalendars)
        {
            await (await hub.CityAsync()).PushCalendarsAsync();
        }

        return new FindingCase(
            await hub.NodeAsync(TestHub.Zone, NodeKind.Zone), await hub.NodeAsync(TestHub.Daye), await hub.PersonAsync("bureau"));
    }

    /// <summary>The zone doubts the name of a new organisation.</summary>
    public async Task<Finding> RaiseAsync()
    {
        var organization = Make.Organization();
        await owner.PushAsync(TestHub.Daye, organization);
        return await raiser.RaiseFindingAsync(new RaiseFindingRequest
        {
            Type = "enterprise.organization",
            Key = organization.Uscc,
            Field = "name",
            Expected = "另一企业",
            Reason = "营业执照上的名称不同",
        });
    }

    /// <summary>Takes an action as whoever's part it is. Before a correction the record is corrected.</summary>
    public async Task<Finding> MoveAsync(Finding finding, FindingAction action)
    {
        if (action == FindingAction.Correct)
        {
            await owner.PushAsync<Organization>(TestHub.Daye, Make.Organization(finding.Key, "另一企业"));
        }

        var client = action switch
        {
            FindingAction.Answer or FindingAction.Dispute or FindingAction.Close => raiser,
            FindingAction.Route or FindingAction.Coordinate or FindingAction.Supervise or FindingAction.Reopen => bureau,
            _ => owner,
        };
        return await client.MoveFindingAsync(finding.Id, action, "样例理由");
    }
}
