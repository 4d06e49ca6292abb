using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;
using static HubExchange.V1.FindingAction;

namespace HubExchange.Server.Tests.Findings;

/// <summary>The life cycle of a finding as a state machine, written down a second time: every action in every state.</summary>
public sealed class FindingLifeCycleTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    // How a finding comes to a state.
    private static readonly Dictionary<FindingState, FindingAction[]> Paths = new()
    {
        [FindingState.Raised] = [],
        [FindingState.Routed] = [Route],
        [FindingState.Accepted] = [Route, Accept],
        [FindingState.Verifying] = [Route, Accept, Verify],
        [FindingState.Corrected] = [Route, Accept, Verify, Correct],
        [FindingState.ConfirmedCorrect] = [Route, Accept, Verify, ConfirmCorrect],
        [FindingState.Rejected] = [Route, Reject],
        [FindingState.FedBack] = [Route, Reject, FeedBack],
        [FindingState.Disputed] = [Route, Reject, Dispute],
        [FindingState.Coordinated] = [Route, Reject, Dispute, Coordinate],
        [FindingState.Closed] = [Route, Reject, FeedBack, Close],
    };

    // What may follow, and where it leads; everything else is refused. SUPERVISE needs a term that has passed, ANSWER a question.
    private static readonly Dictionary<(FindingState, FindingAction), FindingState> Allowed = new()
    {
        [(FindingState.Raised, Route)] = FindingState.Routed,
        [(FindingState.Routed, Route)] = FindingState.Routed,
        [(FindingState.Routed, Accept)] = FindingState.Accepted,
        [(FindingState.Routed, Reject)] = FindingState.Rejected,
        [(FindingState.Accepted, Verify)] = FindingState.Verifying,
        [(FindingState.Accepted, Reject)] = FindingState.Rejected,
        [(FindingState.Accepted, Ask)] = FindingState.Accepted,
        [(FindingState.Verifying, Ask)] = FindingState.Verifying,
        [(FindingState.Verifying, Correct)] = FindingState.Corrected,
        [(FindingState.Verifying, ConfirmCorrect)] = FindingState.ConfirmedCorrect,
        [(FindingState.Corrected, FeedBack)] = FindingState.FedBack,
        [(FindingState.ConfirmedCorrect, FeedBack)] = FindingState.FedBack,
        [(FindingState.Rejected, FeedBack)] = FindingState.FedBack,
        [(FindingState.FedBack, Close)] = FindingState.Closed,
        [(FindingState.Corrected, Dispute)] = FindingState.Disputed,
        [(FindingState.ConfirmedCorrect, Dispute)] = FindingState.Disputed,
        [(FindingState.Rejected, Dispute)] = FindingState.Disputed,
        [(FindingState.FedBack, Dispute)] = FindingState.Disputed,
        [(FindingState.Disputed, Coordinate)] = FindingState.Coordinated,
        [(FindingState.Coordinated, Route)] = FindingState.Routed,
        [(FindingState.Coordinated, Verify)] = FindingState.Verifying,
        [(FindingState.Closed, Reopen)] = FindingState.Raised,
    };

    public static TheoryData<FindingState> States => [.. Paths.Keys];

    [Theory]
    [MemberData(nameof(States))]
    public async Task EveryAction_IsTakenOrRefused_AsTheLifeCycleSays(FindingState state)
    {
        var desk = await FindingCase.OpenAsync(fixture.Hub);
        foreach (var action in Enum.GetValues<FindingAction>().Where(action => action is >= Route and <= Supervise))
        {
            var finding = await desk.RaiseAsync();
            foreach (var step in Paths[state])
            {
                finding = await desk.MoveAsync(finding, step);
            }

            Assert.Equal(state, finding.State);
            if (Allowed.TryGetValue((state, action), out var next))
            {
                var moved = await desk.MoveAsync(finding, action);
                Assert.Equal((next, finding.Revision + 1), (moved.State, moved.Revision));
                Assert.Equal(moved.Revision, (await desk.Bureau.GetFindingAsync(finding.Id)).Events.Count);
            }
            else
            {
                var refused = await Assert.ThrowsAsync<HubException>(() => desk.MoveAsync(finding, action));
                Assert.Equal(ErrorReason.FindingState, refused.Reason);
                Assert.Equal(finding.Revision, (await desk.Bureau.GetFindingAsync(finding.Id)).Finding.Revision);
            }
        }
    }

    [Fact]
    public async Task OnlyTheParty_MayAct_AndStrangersSeeNothing()
    {
        var desk = await FindingCase.OpenAsync(fixture.Hub);
        var finding = await desk.RaiseAsync();
        var stranger = await fixture.Hub.NodeAsync("ND-420222");

        await DeniedAsync(() => desk.Owner.MoveFindingAsync(finding.Id, Route), ErrorReason.FindingActionDenied);
        finding = await desk.MoveAsync(finding, Route);
        await DeniedAsync(() => desk.Raiser.MoveFindingAsync(finding.Id, Accept), ErrorReason.FindingActionDenied);
        await DeniedAsync(() => desk.Bureau.MoveFindingAsync(finding.Id, Accept), ErrorReason.FindingActionDenied);
        await DeniedAsync(() => stranger.MoveFindingAsync(finding.Id, Accept), ErrorReason.FindingNotFound);
        await DeniedAsync(() => stranger.GetFindingAsync(finding.Id), ErrorReason.FindingNotFound);
        Assert.DoesNotContain(finding.Id, await stranger.ListFindingsAsync().Select(each => each.Id).ToListAsync());
        finding = await desk.MoveAsync(finding, Reject);
        await DeniedAsync(() => desk.Owner.MoveFindingAsync(finding.Id, Dispute, "no"), ErrorReason.FindingActionDenied);
        await DeniedAsync(() => desk.Owner.MoveFindingAsync(finding.Id, Resolve), ErrorReason.RequestInvalid);
        Assert.Equal(4 - 1, (await desk.Owner.GetFindingAsync(finding.Id)).Events.Count);
    }

    [Fact]
    public async Task NodeThatIsNotRegistered_IsNoOwner()
    {
        var desk = await FindingCase.OpenAsync(fixture.Hub);
        var finding = await desk.RaiseAsync();

        await DeniedAsync(() => desk.Bureau.MoveFindingAsync(finding.Id, Route, owner: "ND-420299"), ErrorReason.NodeUnknown);
        await DeniedAsync(() => desk.Bureau.MoveFindingAsync(finding.Id, Route, owner: "420281"), ErrorReason.RequestInvalid);

        Assert.Equal(TestHub.Daye, (await desk.MoveAsync(finding, Route)).Owner);
        Assert.Equal(TestHub.Zone, (await desk.Bureau.MoveFindingAsync(finding.Id, Route, owner: TestHub.Zone)).Owner);
        Assert.Equal(TestHub.Zone, (await desk.MoveAsync(finding, Route)).Owner);
    }

    [Fact]
    public async Task RefusedAction_SaysWhatIsPossible_AndByWhom()
    {
        var desk = await FindingCase.OpenAsync(fixture.Hub);
        var finding = await desk.RaiseAsync();

        var refused = await Assert.ThrowsAsync<HubException>(() => desk.Owner.MoveFindingAsync(finding.Id, Accept));

        Assert.Contains("此状态可以:转办 ROUTE(市科技局)", refused.MessageZh, StringComparison.Ordinal);
        Assert.Contains("in this state it takes ROUTE (bureau)", refused.MessageEn, StringComparison.Ordinal);
        var forbidden = await Assert.ThrowsAsync<HubException>(() => desk.Owner.ApproveReconciliationAsync(1));
        Assert.Equal("bureau", forbidden.Metadata["roles"]);
        Assert.Contains("请由有此权限的角色办理:bureau", forbidden.MessageZh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clock_Runs10WorkingDays_StopsWhileTheRaiserIsAsked()
    {
        var desk = await FindingCase.OpenAsync(fixture.Hub);
        var raised = await desk.RaiseAsync();
        Assert.Equal(("", FindingLight.Unspecified), (raised.DueOn, raised.Light));

        var routed = await desk.MoveAsync(raised, Route);
        Assert.Equal(FindingLight.Green, routed.Light);
        Assert.True(string.CompareOrdinal(routed.AmberOn, routed.DueOn) < 0);
        await desk.MoveAsync(routed, Accept);
        var asked = await desk.MoveAsync(routed, Ask);
        Assert.Equal((routed.ReceivedOn, routed.DueOn), (asked.PausedOn, asked.DueOn));
        await DeniedAsync(() => desk.Owner.MoveFindingAsync(asked.Id, Ask, "again"), ErrorReason.FindingState);
        var answered = await desk.Raiser.MoveFindingAsync(asked.Id, Answer, "see the attachment");
        Assert.Equal(("", routed.DueOn), (answered.PausedOn, answered.DueOn));
        await DeniedAsync(() => desk.Raiser.MoveFindingAsync(asked.Id, Answer, "again"), ErrorReason.FindingState);
        var fedBack = await desk.MoveAsync(await desk.MoveAsync(answered, Reject), FeedBack);
        Assert.Equal(FindingLight.Unspecified, fedBack.Light);
    }

    [Fact]
    public async Task Correction_NeedsANewVersion_AndReasonsAreDemanded()
    {
        var desk = await FindingCase.OpenAsync(fixture.Hub);
        var finding = await desk.RaiseAsync();
        await desk.MoveAsync(finding, Route);
        await desk.MoveAsync(finding, Accept);
        await DeniedAsync(() => desk.Owner.MoveFindingAsync(finding.Id, Ask), ErrorReason.RequestInvalid);
        await desk.MoveAsync(finding, Verify);

        await DeniedAsync(() => desk.Owner.MoveFindingAsync(finding.Id, Correct), ErrorReason.FindingState);
        await DeniedAsync(() => desk.Owner.MoveFindingAsync(finding.Id, ConfirmCorrect), ErrorReason.RequestInvalid);
        Assert.Equal(FindingState.Corrected, (await desk.MoveAsync(finding, Correct)).State);
    }

    [Fact]
    public async Task SameDoubt_IsOneFindingWhileItIsOpen_WithTheEvidence()
    {
        var desk = await FindingCase.OpenAsync(fixture.Hub);
        var finding = await desk.RaiseAsync();
        var request = new RaiseFindingRequest { Type = finding.Type, Key = finding.Key, Field = finding.Field, Reason = "again" };

        Assert.Equal(finding.Id, (await desk.Raiser.RaiseFindingAsync(request)).Id);
        Assert.Equal((TestHub.Daye, TestHub.Daye, "样例企业"), (finding.Source, finding.Evidence[0].Source, finding.Observed));
        await DeniedAsync(() => desk.Raiser.RaiseFindingAsync(new RaiseFindingRequest(request) { Key = Make.Uscc() }), ErrorReason.RecordNotFound);
        await DeniedAsync(() => desk.Raiser.RaiseFindingAsync(new RaiseFindingRequest(request) { Field = "nothing" }), ErrorReason.RequestInvalid);
        await DeniedAsync(() => desk.Raiser.RaiseFindingAsync(new RaiseFindingRequest(request) { Reason = "" }), ErrorReason.RequestInvalid);
    }

    [Fact]
    public async Task MissingCalendar_IsAnError()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var desk = await FindingCase.OpenAsync(hub, withCalendars: false);
        var finding = await desk.RaiseAsync();

        await DeniedAsync(() => desk.Bureau.MoveFindingAsync(finding.Id, Route), ErrorReason.CalendarMissing);

        Assert.Equal(FindingState.Raised, (await desk.Bureau.GetFindingAsync(finding.Id)).Finding.State);
    }

    [Fact]
    public async Task Lists_AreFilteredGroupedAndPaged()
    {
        await using var hub = await TestHub.StartAsync(fixture.Cluster);
        var desk = await FindingCase.OpenAsync(hub);
        for (var i = 0; i < 5; i++)
        {
            await desk.MoveAsync(await desk.RaiseAsync(), Route);
        }

        var closed = await desk.RaiseAsync();
        foreach (var step in Paths[FindingState.Closed])
        {
            await desk.MoveAsync(closed, step);
        }

        Assert.Equal(5, await desk.Bureau.ListFindingsAsync(new ListFindingsRequest { PageSize = 2 }).CountAsync());
        Assert.Equal(6, await desk.Bureau.ListFindingsAsync(new ListFindingsRequest { WithClosed = true }).CountAsync());
        Assert.Equal([closed.Id], await desk.Bureau.ListFindingsAsync(new ListFindingsRequest { State = FindingState.Closed }).Select(each => each.Id).ToListAsync());
        Assert.Equal(0, await desk.Bureau.ListFindingsAsync(new ListFindingsRequest { Light = FindingLight.Red }).CountAsync());
        Assert.Equal(5, await desk.Owner.ListFindingsAsync(new ListFindingsRequest { Light = FindingLight.Green, Owner = TestHub.Daye }).CountAsync());
        var group = Assert.Single(await desk.Bureau.ListFindingGroupsAsync());
        Assert.Equal(("person", TestHub.Daye, 5L, 0L), (group.Rule, group.Owner, group.Count, group.Red));
    }

    private static async Task DeniedAsync(Func<Task> call, ErrorReason reason) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<HubException>(call)).Reason);
}
