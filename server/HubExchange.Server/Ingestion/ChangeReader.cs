using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using HubExchange.Contracts.Validation;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>Reads the changes of a frame: parses, normalises, validates and hashes. Never fails on content; what is wrong becomes a violation.</summary>
internal sealed class ChangeReader(DivisionRegister divisions)
{
    public List<IncomingChange> Read(EntityType type, IReadOnlyList<Change> changes)
    {
        var validator = divisions.Validator;
        var read = new List<IncomingChange>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            read.Add(Read(type, changes[i], i, validator));
        }

        return read;
    }

    private static IncomingChange Read(EntityType type, Change change, int index, RecordValidator validator)
    {
        var effectiveFrom = ReadDate(change.EffectiveFrom, out var dateProblem);
        var read = change.OperationCase switch
        {
            Change.OperationOneofCase.Record => ReadRecord(type, change.Record, change, index, effectiveFrom, validator),
            Change.OperationOneofCase.Message when TypeNameOf(change.Message.TypeUrl) == type.Message.FullName =>
                ReadRecord(type, change.Message.Value, change, index, effectiveFrom, validator),
            Change.OperationOneofCase.Delete => ReadDelete(type, change, index, effectiveFrom),
            _ => Rejected(change, index, IngestionRules.WrongMessage(type, change)),
        };
        if (dateProblem is not null)
        {
            read.Violations.Add(dateProblem);
        }

        return read;
    }

    private static IncomingChange ReadRecord(
        EntityType type, ByteString bytes, Change change, int index, DateOnly? effectiveFrom, RecordValidator validator)
    {
        IMessage record;
        try
        {
            record = type.Parse(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            return Rejected(change, index, IngestionRules.Unreadable(e.Message));
        }

        var changed = RecordNormalizer.Normalize(type, record);
        var read = new IncomingChange
        {
            Index = index,
            Key = type.KeyOf(record),
            Received = change,
            Record = record,
            Payload = changed ? record.ToByteArray() : ArrayOf(bytes),
            Hash = RecordHash.Compute(type, record),
            EffectiveFrom = effectiveFrom,
        };
        read.Violations.AddRange(validator.Validate(type, record));
        return read;
    }

    private static IncomingChange ReadDelete(EntityType type, Change change, int index, DateOnly? effectiveFrom)
    {
        var key = type.Key is [var single] ? CanonicalText.Of(single, change.Delete) : CanonicalText.Of(change.Delete);
        var read = new IncomingChange
        {
            Index = index,
            Key = key,
            Received = change,
            EffectiveFrom = effectiveFrom,
        };
        if (!EntityType.IsKey(key))
        {
            read.Violations.Add(IngestionRules.WrongKey(key));
        }

        return read;
    }

    private static IncomingChange Rejected(Change change, int index, Violation violation)
    {
        var read = new IncomingChange { Index = index, Key = "", Received = change };
        read.Violations.Add(violation);
        return read;
    }

    private static DateOnly? ReadDate(string text, out Violation? problem)
    {
        problem = null;
        if (text.Length == 0)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) &&
            date.Year is >= 1900 and <= 2100)
        {
            return date;
        }

        problem = IngestionRules.WrongEffectiveDate(text);
        return null;
    }

    // Not copied where the parser made an array for these bytes alone. Nobody writes to a payload.
    private static byte[] ArrayOf(ByteString bytes) =>
        MemoryMarshal.TryGetArray(bytes.Memory, out var part) && part.Array is { } array && array.Length == bytes.Length
            ? array
            : bytes.ToByteArray();

    private static string TypeNameOf(string typeUrl) => typeUrl[(typeUrl.LastIndexOf('/') + 1)..];
}
