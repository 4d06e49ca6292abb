using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;

namespace HubExchange.Server.Query.Export;

/// <summary>What to export, read from the request and checked.</summary>
internal sealed class ExportPlan
{
    private readonly ReadMask? _mask;

    private ExportPlan(EntityType type, ExportRecordsRequest request, Caller caller, DateTimeOffset now)
    {
        _mask = ReadMask.Of(request.ReadMask, type);
        Type = type;
        Request = request;
        Caller = caller;
        Access = new ReadAccess(caller, type);
        Time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        Filter = FilterParser.Parse(request.Filter);
        StartedAt = now;
        CutFields = [.. Access.HiddenPaths().Where(path => _mask?.Has(path) != false)];
        Fields =
        [
            .. (_mask?.Fields.Select(name => type.Find(name)!) ?? type.Fields).Where(field => Access.MaySeeAny(field, request.Source)),
        ];
        Columns = [.. Fields.Select(field => ExportColumn.Of(field, request.Heading))];
    }

    public EntityType Type { get; }

    public ExportRecordsRequest Request { get; }

    public Caller Caller { get; }

    public ReadAccess Access { get; }

    public ReadTime Time { get; }

    public FilterNode? Filter { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Columns of the fields.</summary>
    public IReadOnlyList<ExportColumn> Columns { get; }

    /// <summary>Wanted fields that the caller may not see, by path; on rows of its own node it sees them.</summary>
    public IReadOnlyList<string> CutFields { get; }

    /// <summary>What is asked for.</summary>
    public ReadScope Scope => new(Type, Request.Source, _mask);

    private IReadOnlyList<EntityField> Fields { get; }

    /// <summary>Reads and checks a request.</summary>
    /// <exception cref="FilterException">The filter cannot be read.</exception>
    public static ExportPlan Read(ExportRecordsRequest request, EntityType type, Caller caller, TimeProvider clock) =>
        new(type, request, caller, clock.GetUtcNow());

    /// <summary>Name of the file, e.g. <c>region.zone-20211231.csv</c>: <c>hubctl push</c> takes the type from it.</summary>
    public string FileName(string extension) => string.Create(
        CultureInfo.InvariantCulture, $"{Type.Id}-{ChinaTime.DayOf(StartedAt):yyyyMMdd}.{extension}");

    /// <summary>Writes the file.</summary>
    public RowWriter Open(System.IO.Stream output)
    {
        IReadOnlyList<ExportColumn> columns = Request.Envelope ? [.. EnvelopeCells.Headings(Request.Heading), .. Columns] : Columns;
        return Request.Format == ExportFormat.Xlsx ? new XlsxRows(output, columns, Type.Label) : new CsvRows(output, columns);
    }

    /// <summary>The cells of a record.</summary>
    public ExportCell[] Cells(ExportRow row)
    {
        var (record, _) = Access.CutRecord(row.Payload, row.Source);
        _mask?.Apply(record);
        var skipped = Request.Envelope ? EnvelopeCells.Count : 0;
        var cells = new ExportCell[skipped + Columns.Count];
        if (Request.Envelope)
        {
            EnvelopeCells.Write(row, cells);
        }

        for (var i = 0; i < Columns.Count; i++)
        {
            cells[skipped + i] = Columns[i].Read(record);
        }

        return cells;
    }

    /// <summary>What the last sheet of a workbook says about the file.</summary>
    public IEnumerable<(string Name, string Text)> Notes(long rows)
    {
        yield return ("数据类型", $"{Type.Label} {Type.Id}");
        yield return ("导出时间(北京)", ExportColumn.Instant(StartedAt));
        yield return ("记录数", rows.ToString(CultureInfo.InvariantCulture));
        yield return ("筛选条件", Request.Filter.Length == 0 ? "全部" : Request.Filter);
        yield return ("来源", Request.Source switch { "" => "归集结果", RecordRows.EverySource => "各节点所报", var node => node });
        yield return ("枢纽所知截至", Request.RecordedAsOf is { } instant ? ExportColumn.Instant(instant.ToDateTimeOffset()) : "导出时");
        yield return ("业务日期", Request.EffectiveOn.Length == 0 ? "最新" : Request.EffectiveOn);
        if (CutFields.Count > 0)
        {
            yield return ("无权查看的字段", $"{string.Join("、", CutFields)}(不导出;本节点所报记录除外)");
        }
    }
}
