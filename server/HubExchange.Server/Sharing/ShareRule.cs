using System.Globalization;
using Dapper;
using HubExchange.Server.Calendars;
using HubExchange.Server.Errors;
using HubExchange.Server.Storage;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Sharing;

/// <summary>How long a step may take, in working days (<c>hub.share_rule</c>).</summary>
/// <param name="Days">Days within which it is done; by which it may be extended, for an extension.</param>
/// <param name="AmberDays">Day from which the clock shows amber; null for an extension.</param>
internal sealed record ShareRule(int Days, int? AmberDays)
{
    public const string Answer = "ANSWER";
    public const string Extension = "EXTENSION";
    public const string Delivery = "DELIVERY";

    /// <summary>The rule that is valid on a day; null when there is none.</summary>
    public static Task<ShareRule?> FindAsync(
        string ruleSet, string step, string share, DateOnly day, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<ShareRule?>(new CommandDefinition(
            SqlFiles.Read("Sharing/FindShareRule.sql"), new { ruleSet, step, share, day }, cancellationToken: cancellationToken));

    /// <summary>The rule that is valid on a day.</summary>
    /// <exception cref="Grpc.Core.RpcException">SHARE_RULE_MISSING.</exception>
    public static async Task<ShareRule> DemandAsync(
        string ruleSet, string step, string share, DateOnly day, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await FindAsync(ruleSet, step, share, day, connection, cancellationToken) ?? throw HubErrors.Of(
            ErrorReason.ShareRuleMissing,
            ("rule_set", ruleSet), ("step", step), ("share", share), ("date", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    /// <summary>Amber and last day of the term that begins after a day.</summary>
    /// <exception cref="CalendarMissingException">It reaches into a year without a calendar.</exception>
    public (DateOnly AmberOn, DateOnly DueOn) From(DateOnly day, WorkingDays days) => (days.Add(day, AmberDays ?? Days), days.Add(day, Days));
}
