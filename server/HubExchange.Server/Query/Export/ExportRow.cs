using Google.Protobuf;

namespace HubExchange.Server.Query.Export;

/// <summary>A stored record on its way into a file.</summary>
internal readonly record struct ExportRow(
    string Key, string Source, long Revision, DateOnly EffectiveFrom, DateTime RecordedAt, ByteString Payload);
