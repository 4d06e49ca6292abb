using Dapper;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation;
using HubExchange.Region.V1;
using HubExchange.Server.Faults;
using HubExchange.Server.Storage;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Ingestion;

/// <summary>The divisions that sources have pushed, as the validator needs them. Read again when some change and from time to time.</summary>
internal sealed class DivisionRegister(EntityTypes types, HubStorage storage, IOptions<IngestionOptions> options, TimeProvider time)
{
    private volatile RecordValidator _validator = new(DivisionList.Empty);
    private long _readAt = long.MinValue;

    /// <summary>A validator with the divisions known at the moment.</summary>
    public RecordValidator Validator => _validator;

    /// <summary>Reads the divisions again when the last reading is older than the option allows.</summary>
    public async Task RefreshIfOldAsync(CancellationToken cancellationToken)
    {
        var readAt = Interlocked.Read(ref _readAt);
        if (readAt == long.MinValue || time.GetElapsedTime(readAt).TotalSeconds >= options.Value.DivisionRefreshSeconds)
        {
            await RefreshAsync(cancellationToken);
        }
    }

    /// <summary>Reads the divisions again, after a frame of divisions was committed.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (types.Find(Division.Descriptor) is not { } type)
        {
            return;
        }

        await FailPoints.HitAsync(FailPoint.DivisionsRefresh);
        await using var connection = await storage.DataSource.OpenConnectionAsync(cancellationToken);
        var payloads = await connection.QueryAsync<byte[]>(new CommandDefinition(
            $"select hub_payload from {storage.TableOf(type).Table} where hub_consolidated", cancellationToken: cancellationToken));
        _validator = new RecordValidator(new DivisionList(payloads.Select(Division.Parser.ParseFrom).Select(Entry)));
        Interlocked.Exchange(ref _readAt, time.GetTimestamp());
    }

    private static DivisionEntry Entry(Division division) => new(
        division.DivisionCode,
        division.Name,
        division.Kind == DivisionKind.Placeholder,
        DateOf(division.ValidFrom),
        DateOf(division.ValidTo));

    private static DateOnly? DateOf(string text) => text.Length == 0 ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
