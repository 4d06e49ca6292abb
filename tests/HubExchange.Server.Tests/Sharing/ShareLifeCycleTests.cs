using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;
using static HubExchange.Server.Tests.Sharing.ShareCase;
using static HubExchange.V1.ShareAction;

namespace HubExchange.Server.Tests.Sharing;

/// <summary>The life cycle of a share request as a state machine, written down a second time, and who has which part in it.</summary>
public sealed class ShareLifeCycleTests(SharedCluster cluster)
{
    // How a request comes to a state.
    private static readonly Dictionary<ShareState, ShareAction[]> Paths = new()
    {
        [ShareState.Submitted] = [],
        [ShareState.Papers] = [AskPapers],
        [ShareState.Granted] = [Grant],
        [ShareState.Delivered] = [Grant, Deliver],
        [ShareState.Refused] = [Refuse],
        [ShareState.Withdrawn] = [Withdraw],
    };

    // What may follow, and where it leads; everything else is refused.
    private static readonly Dictionary<(ShareState, ShareAction), ShareState> Allowed = new()
    {
        [(ShareState.Submitted, AskPapers)] = ShareState.Papers,
        [(ShareState.Submitted, Grant)] = ShareState.Granted,
        [(ShareState.Submitted, Refuse)] = ShareState.Refused,
        [(ShareState.Submitted, Extend)] = ShareState.Submitted,
        [(ShareState.Submitted, Withdraw)] = ShareState.Withdrawn,
        [(ShareState.Papers, SupplyPapers)] = ShareState.Submitted,
        [(ShareState.Papers, Withdraw)] = ShareState.Withdrawn,
        [(ShareState.Granted, Deliver)] = ShareState.Delivered,
    };

    [Fact]
    public async Task EveryAction_IsTakenOrRefused_AsTheLifeCycleSays_AndIsAnEvent()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-03-02");
        await using var hub = desk.Hub;
        foreach (var (state, path) in Paths)
        {
            foreach (var action in Enum.GetValues<ShareAction>().Where(action => action is >= AskPapers and <= Deliver))
            {
                var request = await desk.SubmitAsync();
                foreach (var step in path)
                {
                    request = await desk.MoveAsync(request, step);
                }

                Assert.Equal((state, path.Length + 1), (request.State, request.Revision));
                if (Allowed.TryGetValue((state, action), out var next))
                {
                    var moved = await desk.MoveAsync(request, action);
                    Assert.Equal((next, request.Revision + 1), (moved.State, moved.Revision));
                    var last = (await desk.ReadAsync(request)).Events[^1];
                    Assert.Equal((moved.Revision, action, state, next, "样例理由"), (last.Number, last.Action, last.From, last.To, last.Reason));
                }
                else
                {
                    await RefusedAsync(() => desk.MoveAsync(request, action), ErrorReason.ShareState);
                    Assert.Equal(request.Revision, (await desk.ReadAsync(request)).Events.Count);
                }
            }
        }
    }

    [Fact]
    public async Task OnlyTheParty_MayAct_AndStrangersSeeNothing()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-03-02");
        await using var hub = desk.Hub;
        var request = await desk.SubmitAsync();
        var stranger = await hub.NodeAsync("ND-420222");

        foreach (var action in (ShareAction[])[Grant, Refuse, AskPapers, Deliver])
        {
            var papers = new[] { "文件" };
            await DeniedAsync(desk.Asker, action, "PROVIDER ND-420281", papers);
            await DeniedAsync(desk.Bureau, action, "PROVIDER ND-420281", papers);
        }

        await DeniedAsync(desk.Provider, Withdraw, $"ASKER {TestHub.Zone}");
        await DeniedAsync(desk.Provider, SupplyPapers, $"ASKER {TestHub.Zone}");
        await RefusedAsync(() => stranger.GetShareRequestAsync(request.Id), ErrorReason.ShareNotFound);
        await RefusedAsync(
            () => stranger.MoveShareRequestAsync(new MoveShareRequestRequest { Id = request.Id, Action = Grant }), ErrorReason.ShareNotFound);
        Assert.Empty(await stranger.ListShareRequestsAsync().ToListAsync());
        await RefusedAsync(async () => await (await hub.AdminAsync()).GetShareRequestAsync(request.Id), ErrorReason.PermissionMissing);
        await RefusedAsync(() => desk.MoveAsync(request, Overdue), ErrorReason.RequestInvalid);
        Assert.Single((await desk.Asker.GetShareRequestAsync(request.Id)).Events);

        async Task DeniedAsync(HubClient client, ShareAction action, string party, params string[] papers)
        {
            var move = new MoveShareRequestRequest { Id = request.Id, Action = action, Reason = "样例理由", Papers = { papers } };
            var denied = await RefusedAsync(() => client.MoveShareRequestAsync(move), ErrorReason.ShareActionDenied);
            Assert.Equal(party, denied.Metadata["party"]);
        }
    }

    [Fact]
    public async Task Bureau_AsksAndAnswersForItsNode_AndAPersonOfANodeForTheirs()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-03-02");
        await using var hub = desk.Hub;
        var toCounty = Request();
        toCounty.Person = "";
        var asked = await desk.Bureau.CreateShareRequestAsync(toCounty);
        Assert.Equal((TestHub.City, "test-bureau"), (asked.Asker, asked.Person));
        var person = await hub.PersonAsync("county", TestHub.Daye);
        await person.MoveShareRequestAsync(new MoveShareRequestRequest { Id = asked.Id, Action = Refuse, Reason = "超出职责范围" });
        var answered = (await desk.ReadAsync(asked)).Events[^1];
        Assert.Equal(("test-county", "超出职责范围"), (answered.By, answered.Reason));

        var toCity = Request();
        toCity.Provider = TestHub.City;
        var request = await desk.Asker.CreateShareRequestAsync(toCity);
        Assert.Equal(
            ShareState.Granted,
            (await desk.Bureau.MoveShareRequestAsync(new MoveShareRequestRequest { Id = request.Id, Action = Grant })).State);
    }

    [Fact]
    public async Task WithheldData_AreRefusedWithReasonAndBasis_AndSecretFieldsMakeARequestConditional()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-03-02");
        await using var hub = desk.Hub;

        var withheld = await RefusedAsync(() => desk.SubmitAsync("mechanism.loan"), ErrorReason.ShareWithheld);
        Assert.Contains("商业银行法第五十三条", withheld.MessageZh, StringComparison.Ordinal);
        Assert.Contains("legal basis", withheld.MessageEn, StringComparison.Ordinal);
        var account = Request("talent.talent");
        account.Fields.Add("bank_account");
        await RefusedAsync(() => desk.Asker.CreateShareRequestAsync(account), ErrorReason.ShareWithheld);
        Assert.Equal(0, await desk.Bureau.ListShareRequestsAsync(new ListShareRequestsRequest { WithClosed = true }).CountAsync());

        var mixed = Contracts.Entities.CityEntityTypes.All.All
            .Where(type => type.Options.Share == ShareType.Unconditional)
            .SelectMany(type => type.Fields.Select(field => (Type: type.Id, field.Name, field.Options.DataClass)))
            .First(field => field.DataClass is DataClass.Conditional or DataClass.Pi);
        var open = Request(mixed.Type);
        Assert.Equal(ShareType.Unconditional, (await desk.Asker.CreateShareRequestAsync(open)).Share);
        var secret = Request(mixed.Type);
        secret.Fields.Add(mixed.Name);
        Assert.Equal(ShareType.Conditional, (await desk.Asker.CreateShareRequestAsync(secret)).Share);
    }

    [Fact]
    public async Task RequestThatIsNotWhole_IsRefusedWithEveryProblem_AndTheSameOneIsMadeOnce()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-03-02");
        await using var hub = desk.Hub;
        var bare = new CreateShareRequestRequest { Type = Conditional, Fields = { "nothing" }, UseUntil = "2026-03-01" };
        var refused = await RefusedAsync(() => desk.Asker.CreateShareRequestAsync(bare), ErrorReason.RequestInvalid);
        Assert.Equal(
            ["basis", "fields", "person", "provider", "purpose", "scope", "use_until", "way"],
            refused.FieldViolations.Select(violation => violation.Field).Order(StringComparer.Ordinal));
        await RefusedAsync(() => desk.SubmitAsync("no.such"), ErrorReason.TypeUnknown);
        await RefusedAsync(() => desk.Provider.CreateShareRequestAsync(Request()), ErrorReason.RequestInvalid);
        var nowhere = Request();
        nowhere.Provider = "ND-420299";
        await RefusedAsync(() => desk.Asker.CreateShareRequestAsync(nowhere), ErrorReason.NodeUnknown);

        var request = Request();
        var first = await desk.Asker.CreateShareRequestAsync(request);
        Assert.Equal(first, await desk.Asker.CreateShareRequestAsync(request));
        var noReason = new MoveShareRequestRequest { Id = first.Id, Action = Refuse };
        await RefusedAsync(() => desk.Provider.MoveShareRequestAsync(noReason), ErrorReason.RequestInvalid);
        var outdated = new MoveShareRequestRequest { Id = first.Id, Action = Grant, Revision = 7 };
        await RefusedAsync(() => desk.Provider.MoveShareRequestAsync(outdated), ErrorReason.ShareState);
        await desk.MoveAsync(first, Refuse);
        Assert.NotEqual(first.Id, (await desk.Asker.CreateShareRequestAsync(request)).Id);
    }

    [Fact]
    public async Task Lists_AreFilteredAndPaged()
    {
        var desk = await OpenAsync(cluster.Cluster, "2026-03-02");
        await using var hub = desk.Hub;
        for (var i = 0; i < 5; i++)
        {
            await desk.SubmitAsync();
        }

        var granted = await desk.MoveAsync(await desk.SubmitAsync(Unconditional), Grant);
        var refused = await desk.MoveAsync(await desk.SubmitAsync(), Refuse);

        Assert.Equal(6, await CountAsync(new ListShareRequestsRequest { PageSize = 2 }));
        Assert.Equal(7, await CountAsync(new ListShareRequestsRequest { WithClosed = true }));
        Assert.Equal(1, await CountAsync(new ListShareRequestsRequest { Type = Unconditional }));
        Assert.Equal(6, await CountAsync(new ListShareRequestsRequest { Light = FindingLight.Green, Provider = TestHub.Daye, Asker = TestHub.Zone }));
        Assert.Equal(0, await CountAsync(new ListShareRequestsRequest { Asker = TestHub.Daye }));
        Assert.Equal(
            [granted.Id], await desk.Asker.ListShareRequestsAsync(new ListShareRequestsRequest { State = ShareState.Granted }).Select(each => each.Id).ToListAsync());
        Assert.Equal(
            [refused.Id], await desk.Provider.ListShareRequestsAsync(new ListShareRequestsRequest { State = ShareState.Refused }).Select(each => each.Id).ToListAsync());

        ValueTask<int> CountAsync(ListShareRequestsRequest filter) => desk.Bureau.ListShareRequestsAsync(filter).CountAsync();
    }
}
