using HubExchange.Testing.History;
using static HubExchange.Testing.History.AnomalyKind;

namespace HubExchange.Server.Tests.History;

/// <summary>One way in which a hub can be wrong, done to a correct scenario.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Expected">Of these anomalies at least one has to be found.</param>
/// <param name="Apply">Does it; false when the scenario offers no place for it.</param>
internal sealed record Mutant(string Name, AnomalyKind[] Expected, Func<Scenario, Random, bool> Apply)
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("a current row is lost", [LostAck, Atomicity], RowMutations.LoseCurrent),
        new("a superseded version is lost", [LostAck, Atomicity], RowMutations.LoseVersion),
        new("a change is applied twice", [DuplicateEffect], RowMutations.ApplyTwice),
        new("a frame is applied twice", [DuplicateEffect], RowMutations.ApplyFrameTwice),
        new("two versions are swapped", [Regression], RowMutations.SwapVersions),
        new("old content is current", [Regression], RowMutations.RestoreOldContent),
        new("an old row is current", [Regression], RowMutations.MakeOldRowCurrent),
        new("a row nobody sent", [Phantom], RowMutations.AddUnknownKey),
        new("a version nobody sent", [Phantom], RowMutations.AddUnknownVersion),
        new("a refused change is stored, too", [QuarantinePartition], RowMutations.StoreRefused),
        new("half a frame of unknown outcome is missing", [Atomicity, LostAck], RowMutations.LosePartOfUnknown),
        new("half a frame of unknown outcome is stored", [Atomicity, FencedWrite], RowMutations.StorePartOfUncommitted),
        new("a fork is stored", [ForkAccepted], RowMutations.StoreFork),
        new("a fenced write is stored", [FencedWrite], RowMutations.StoreFenced),
        new("a tombstone is missing", [LostAck, Atomicity], RowMutations.LoseTombstone),
        new("a deleted record lives on", [LostAck, Atomicity], RowMutations.ReviveDeleted),
        new("a revision is skipped", [LostAck, Atomicity], RowMutations.SkipRevision),
        new("a revision is given twice", [DuplicateEffect], RowMutations.RepeatRevision),
        new("a hash is altered", [ContentDiffers], RowMutations.AlterHash),
        new("content is altered", [ContentDiffers], RowMutations.AlterContent),
        new("a version ends too early", [BrokenHistory], RowMutations.TearTimes),
        new("two rows are consolidated", [WrongConsolidation], RowMutations.ConsolidateTwo),
        new("no row is consolidated", [WrongConsolidation], RowMutations.ConsolidateNone),
        new("a tombstone is consolidated", [WrongConsolidation], RowMutations.ConsolidateTombstone),
        new("the hub's record is missing", [WrongConsolidation], RowMutations.LoseHubRecord),
        new("the hub's record is old", [WrongConsolidation], RowMutations.AgeHubRecord),
        new("the hub's history is torn", [WrongConsolidation], RowMutations.TearHubHistory),
        new("the feed leaves a version out", [WrongFeed], FeedMutations.LoseEntry),
        new("the feed announces what is not stored", [WrongFeed], FeedMutations.AddEntry),
        new("the feed announces a version twice", [WrongFeed], FeedMutations.RepeatEntry),
        new("the feed is out of order", [WrongFeed], FeedMutations.SwapEntries),
        new("the feed hides a consolidated change", [WrongFeed], FeedMutations.HideConsolidated),
        new("the feed shows what is not consolidated", [WrongFeed], FeedMutations.ShowUnconsolidated),
        new("the feed forgets what an entry replaces", [WrongFeed], FeedMutations.ForgetPrevious),
        new("the watermark is too low", [Progress], StreamMutations.LowerWatermark),
        new("the watermark is too high", [Progress], StreamMutations.RaiseWatermark),
        new("the watermark went back", [Progress], StreamMutations.WelcomeTooLow),
        new("an epoch is given twice", [Progress], StreamMutations.RepeatEpoch),
        new("an ack came before the commit", [LostAck], StreamMutations.AckBeforeCommit),
        new("a frame is missing", [Progress], StreamMutations.LoseFrame),
        new("a frame is committed twice", [DuplicateEffect], StreamMutations.RepeatFrame),
        new("a frame nobody sent", [Phantom], StreamMutations.AddFrame),
        new("a fork took the place of its frame", [ForkAccepted], StreamMutations.CommitFork),
        new("a fork is acknowledged", [ForkAccepted], StreamMutations.AcknowledgeFork),
        new("a fenced connection committed", [FencedWrite], StreamMutations.CommitFenced),
        new("an ack counts one too many", [Counts], StreamMutations.MiscountAck),
        new("an ack of a replay counts it again", [Counts], StreamMutations.CountReplay),
        new("a frame counts one too many", [Counts], StreamMutations.MiscountFrame),
        new("a quarantined change is lost", [QuarantinePartition], StreamMutations.LoseQuarantined),
        new("a change is quarantined twice", [QuarantinePartition], StreamMutations.RepeatQuarantined),
        new("a clean change is quarantined", [QuarantinePartition], StreamMutations.QuarantineClean),
        new("a change is quarantined without its frame", [Atomicity, Phantom], StreamMutations.QuarantineUncommitted),
        new("an ack hides a refused change", [QuarantinePartition], StreamMutations.HideRefused),
        new("a change is quarantined though an equal one is open", [QuarantinePartition], StreamMutations.QuarantineAgain),
        new("a mended change is still open", [QuarantinePartition], StreamMutations.LeaveMendedOpen),
        new("a change is closed that nothing mended", [QuarantinePartition], StreamMutations.CloseUnmended),
        new("a quarantined change has other content", [QuarantinePartition], StreamMutations.AlterRefusedContent),
        new("an ack names another number in quarantine", [QuarantinePartition], StreamMutations.AnnounceOtherNumber),
        new("the hub makes a mistake", [InternalError], StreamMutations.AnswerWithAMistake),
        new("an answered unary push is lost", [LostAck], UnaryMutations.LoseAnswered),
        new("half of an interrupted unary push is missing", [Atomicity], UnaryMutations.LosePartOfUnknown),
        new("a refused change of an absent unary push is kept", [Atomicity], UnaryMutations.QuarantineAbsent),
        new("an answer counts one too many", [Counts], UnaryMutations.Miscount),
        new("an answer hides a refused change", [QuarantinePartition], UnaryMutations.HideRefused),
    ];

    /// <inheritdoc />
    public override string ToString() => Name;
}
