using HubExchange.Client.Push;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.Client.Tests.Push;

/// <summary>Where a session puts the marks of snapshots, and how it learns what became of them.</summary>
public sealed class SnapshotSessionTests
{
    private static readonly EntityType Organizations = CityEntityTypes.All.Of<Organization>();
    private static readonly EntityType Carriers = CityEntityTypes.All.Of<Carrier>();

    [Fact]
    public async Task Marks_StandAroundTheirRecords()
    {
        var hub = new FakeHub();
        await using var session = await OpenAsync(hub, null);

        await SendAsync(session, 3);
        await session.BeginSnapshotAsync(Organizations);
        await SendAsync(session, 14);
        await session.EndSnapshotAsync(Organizations);
        await SendAsync(session, 2);
        await session.CompleteAsync();

        Assert.Equal(
            [(SnapshotMark.Unspecified, 3), (SnapshotMark.Begin, 10), (SnapshotMark.End, 4), (SnapshotMark.Unspecified, 2)],
            hub.Committed.Select(frame => (frame.Snapshot, frame.Changes.Count)));
    }

    [Fact]
    public async Task Marks_GetFramesOfTheirOwn_WhereNoneFits()
    {
        var hub = new FakeHub();
        await using var session = await OpenAsync(hub, null);

        await session.BeginSnapshotAsync(Organizations);
        await session.EndSnapshotAsync(Organizations);
        await session.BeginSnapshotAsync(Organizations);
        await SendAsync(session, 1);
        await session.SendAsync(Carriers, new Carrier());
        await session.AbortSnapshotAsync(Organizations);
        await session.CompleteAsync();

        Assert.Equal(
            [
                (Organizations.Id, SnapshotMark.Begin, 0), (Organizations.Id, SnapshotMark.End, 0), (Organizations.Id, SnapshotMark.Begin, 1),
                (Carriers.Id, SnapshotMark.Unspecified, 1), (Organizations.Id, SnapshotMark.Abort, 0),
            ],
            hub.Committed.Select(frame => (frame.Type, frame.Snapshot, frame.Changes.Count)));
    }

    [Theory]
    [InlineData(Fate.CommitAndBreak, 1)]
    [InlineData(Fate.Lose, 0)]
    public async Task LostAcknowledgementOfTheEnd_IsAskedFor(object fate, int asked)
    {
        var broken = false;
        var hub = new FakeHub
        {
            FateOf = (frame, _) => frame.Snapshot == SnapshotMark.End && !broken && (broken = true) ? (Fate)fate : Fate.Acknowledge,
        };
        var questions = new List<PushFrame>();
        await using var session = await OpenAsync(hub, (frame, _) =>
        {
            questions.Add(frame);
            return Task.FromResult<SnapshotOutcome?>(new SnapshotOutcome { Sequence = frame.Sequence, State = SnapshotState.Waiting });
        });

        await session.BeginSnapshotAsync(Organizations);
        await SendAsync(session, 5);
        await session.EndSnapshotAsync(Organizations);
        var result = await session.CompleteAsync();

        Assert.Equal(asked, questions.Count);
        Assert.Equal(
            Enumerable.Repeat((2L, SnapshotState.Waiting), asked), result.Snapshots.Select(outcome => (outcome.Sequence, outcome.State)));
        Assert.Equal(2, hub.Committed.Count);
    }

    private static async Task SendAsync(PushSession session, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await session.SendAsync(Organizations, new Organization { Uscc = $"KEY{i:00000}" });
        }
    }

    private static Task<PushSession> OpenAsync(FakeHub hub, PushSession.FindOutcome? findOutcome) => PushSession.OpenAsync(
        hub.Client,
        null,
        new PushHello { Source = "ND-420281", Stream = "test" },
        new PushOptions { MinDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero },
        new HubClientOptions { Address = new Uri("https://localhost") },
        null,
        CancellationToken.None,
        findOutcome);
}
