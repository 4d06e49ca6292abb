using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Client;

/// <summary>A record with what the hub says about it.</summary>
/// <typeparam name="T">Message class of the record.</typeparam>
/// <param name="Value">The record itself. Fields the caller may not see are empty; <see cref="Record.CutFields"/> lists them.</param>
/// <param name="Envelope">Source, revision, times, hash, warnings.</param>
public sealed record HubRecord<T>(T Value, Record Envelope)
    where T : IMessage<T>, new()
{
    /// <summary>Key of the record.</summary>
    public string Key => Envelope.Key;

    /// <summary>Node that sent this version.</summary>
    public string Source => Envelope.Source;

    /// <summary>Counts the versions of (type, key, source), from 1.</summary>
    public long Revision => Envelope.Revision;

    internal static HubRecord<T> Of(Record record) => new(record.Payload is { } payload ? payload.Unpack<T>() : new T(), record);
}
