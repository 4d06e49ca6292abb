using System.Globalization;
using HubExchange.Enterprise.V1;
using Npgsql;

namespace HubExchange.Benchmarks.Peers;

/// <summary>An organisation as an ordinary application writes it: a row of typed values, in the columns and under the indexes of the hub's table.</summary>
internal sealed record PlainRow(
    string Uscc, string Name, string[] FormerNames, string OrgKind, string RegistrationType, DateOnly EstablishedOn,
    string RegisteredDivision, string OperatingDivision, string[] ZoneIds, string ReportingUnit, string IndustryCode,
    long? RegisteredCapitalFen, int? StaffTotal, int? RdStaff, string LegalRepresentativeName, string ContactName,
    string ContactMobile, string Address, string ListingStatus, string BusinessState)
{
    private const string Table = "public.plain_row";

    // The hub's own columns may stay empty here, but for the key.
    private const string CreateSql =
        $"""
        drop table if exists {Table};
        create table {Table} (like {PlainDatabase.Table} including all);
        do $$
        declare
          name text;
        begin
          for name in
            select a.attname from pg_attribute a
            where a.attrelid = '{Table}'::regclass and a.attnotnull and a.attnum > 0 and a.attname not in ('hub_key', 'hub_source')
          loop
            execute format('alter table {Table} alter column %I drop not null', name);
          end loop;
        end $$;
        """;

    private const string InsertSql =
        $"""
        insert into {Table} (
          hub_key, hub_source, hub_consolidated, uscc, name, former_names, org_kind, registration_type, established_on, registered_division,
          operating_division, zone_ids, reporting_unit, industry_code, registered_capital_fen, staff_total, rd_staff,
          legal_representative_name, contact_name, contact_mobile, address, listing_status, business_state)
        values ($1, 'ND-PEER', true, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        """;

    private const string UpsertSql =
        $"""
        {InsertSql}
        on conflict (hub_key, hub_source) do update set
          name = excluded.name, former_names = excluded.former_names, org_kind = excluded.org_kind,
          registration_type = excluded.registration_type, established_on = excluded.established_on,
          registered_division = excluded.registered_division, operating_division = excluded.operating_division,
          zone_ids = excluded.zone_ids, reporting_unit = excluded.reporting_unit, industry_code = excluded.industry_code,
          registered_capital_fen = excluded.registered_capital_fen, staff_total = excluded.staff_total, rd_staff = excluded.rd_staff,
          legal_representative_name = excluded.legal_representative_name, contact_name = excluded.contact_name,
          contact_mobile = excluded.contact_mobile, address = excluded.address, listing_status = excluded.listing_status,
          business_state = excluded.business_state
        """;

    /// <summary>Makes an empty table.</summary>
    public static Task CreateTableAsync(PlainDatabase database, CancellationToken cancellationToken) =>
        database.ExecuteAsync(CreateSql, cancellationToken);

    /// <summary>The row of a record.</summary>
    public static PlainRow Of(Organization record) => new(
        record.Uscc, record.Name, [.. record.FormerNames], "ENTERPRISE", record.RegistrationType,
        DateOnly.Parse(record.EstablishedOn, CultureInfo.InvariantCulture),
        record.RegisteredDivision, record.OperatingDivision, [.. record.ZoneIds], record.ReportingUnit, record.IndustryCode,
        record.RegisteredCapitalFen, record.StaffTotal, record.RdStaff, record.LegalRepresentativeName, record.ContactName,
        record.ContactMobile, record.Address, "NOT_LISTED", "ACTIVE");

    /// <summary>Adds the row; commits unless the connection is in a transaction.</summary>
    public Task InsertAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(InsertSql, connection, cancellationToken);

    /// <summary>Adds the row or replaces it; commits unless the connection is in a transaction.</summary>
    public Task UpsertAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(UpsertSql, connection, cancellationToken);

    private async Task ExecuteAsync(string sql, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in Values())
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        // Parsed once per connection; Npgsql remembers.
        await command.PrepareAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private IEnumerable<object?> Values() =>
    [
        Uscc, Name, FormerNames, OrgKind, RegistrationType, EstablishedOn, RegisteredDivision, OperatingDivision, ZoneIds,
        ReportingUnit, IndustryCode, RegisteredCapitalFen, StaffTotal, RdStaff, LegalRepresentativeName, ContactName, ContactMobile,
        Address, ListingStatus, BusinessState,
    ];
}
