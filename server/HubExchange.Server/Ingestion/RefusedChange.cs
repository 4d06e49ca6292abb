using System.Security.Cryptography;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Quarantine;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>A refused change of a batch with everything that is kept of it.</summary>
/// <param name="outcome">Its frame.</param>
/// <param name="change">The change.</param>
/// <param name="violations">What is wrong with it.</param>
internal sealed class RefusedChange(FrameOutcome outcome, IncomingChange change, List<Violation> violations)
{
    public FrameOutcome Outcome => outcome;

    public FrameWrite Frame => outcome.Frame;

    public IncomingChange Change => change;

    public List<Violation> Violations => violations;

    public string Key { get; } = QuarantineWriter.StorableKey(change.Key);

    public byte[] Payload { get; } = change.Received.ToByteArray();

    public string ViolationText { get; } = ViolationJson.Write(violations);

    public string RuleText { get; } = ArrayText.OfIds(QuarantineWriter.RulesOf(violations)) ?? "{}";

    public byte[] Digest => field ??= SHA256.HashData(Payload);

    /// <summary>What it is kept as; several equal ones share it.</summary>
    public KeptChange Kept { get; set; } = null!;

    public (string Source, string Type, string Key) Record => (Frame.Caller.Node, Frame.Type.Id, Key);
}

/// <summary>A row of the quarantine, which exists already or is to be added.</summary>
/// <param name="id">Its number; 0 while it has none.</param>
internal sealed class KeptChange(long id)
{
    public long Id { get; set; } = id;

    /// <summary>A later change of the batch mends it.</summary>
    public bool IsMended { get; set; }
}
