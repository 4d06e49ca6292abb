using System.Globalization;
using System.CommandLine;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl profile USCC</c>: what the hub knows of one organisation (一企一档).</summary>
internal sealed class ProfileCommand : Command
{
    private const int MaxFields = 4;

    private readonly Argument<string> _uscc = new("USCC") { Description = "统一社会信用代码 Unified social credit code" };
    private readonly Option<int> _size = new("--limit") { Description = "每类最多条数,至多 50 Most records of each type, at most 50", DefaultValueFactory = _ => 5 };
    private readonly Moment _moment;

    public ProfileCommand(Runner runner)
        : base("profile", "一企一档:查看一家机构的全部信息 All that the hub knows of one organisation")
    {
        Add(_uscc);
        Add(_size);
        _moment = new Moment(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var request = new GetOrganizationProfileRequest
        {
            Uscc = invocation.Get(_uscc),
            SectionSize = invocation.Get(_size),
            RecordedAsOf = _moment.Timestamp(invocation),
            EffectiveOn = _moment.OnText(invocation),
        };
        var profile = await client.GetProfileAsync(request, cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(profile);
            return ExitCode.Ok;
        }

        Show(invocation.Screen, profile);
        return ExitCode.Ok;
    }

    private static void Show(Screen screen, GetOrganizationProfileResponse profile)
    {
        ShowOrganization(screen, profile.Organization);
        if (profile.OpenQuarantined > 0)
        {
            screen.Line($"待处理的拒收记录 {profile.OpenQuarantined} 条,见 hubctl quarantine list。 {profile.OpenQuarantined} refused changes are open.");
        }

        foreach (var finding in profile.Findings)
        {
            screen.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"问题 Finding {finding.Id}  {FindingText.Of(finding.State)}  {FindingText.Of(finding.Light)}  {finding.Type} {finding.Key}  {finding.Zh} {finding.En}"));
        }

        foreach (var section in profile.Sections)
        {
            ShowSection(screen, section);
        }

        ShowChanges(screen, profile.Changes);
    }

    private static void ShowOrganization(Screen screen, Record? organization)
    {
        if (organization is null)
        {
            screen.Line("没有该机构的登记信息,只有提到它的记录。 Nobody has reported the organisation itself.");
            return;
        }

        var type = CityEntityTypes.All.Find(organization.Type)!;
        var value = type.Parse(organization.Payload.Value);
        var table = Screen.Table("机构 Organisation", "");
        foreach (var field in type.Fields)
        {
            if (organization.CutFields.Contains(field.Name))
            {
                table.Row(field.Label, "(无权查看 hidden)");
            }
            else if (FieldText.Of(field, value) is { Length: > 0 } text)
            {
                table.Row(field.Label, text);
            }
        }

        screen.Show(table);
        if (organization.Warnings.Count > 0)
        {
            screen.Line($"警告 Warnings: {string.Join(", ", organization.Warnings)}");
        }
    }

    private static void ShowSection(Screen screen, ProfileSection section)
    {
        var warned = section.Warned > 0 ? $",其中 {section.Warned} 条有警告 with warnings" : "";
        screen.Line("");
        screen.Line($"【{section.Label}】 {section.Type}  共 {section.Total} 条 records{warned}");
        var type = CityEntityTypes.All.Find(section.Type);
        var fields = type?.Fields
            .Where(field => !type.Key.Contains(field) && field.Options.Reference.Length == 0 && (field.Options.Required || field.Options.Expected))
            .Take(MaxFields)
            .ToArray() ?? [];
        var table = Screen.Table(["主键 Key", "角色 Role", .. fields.Select(field => field.Label), "生效 Effective", "来源 Source"]);
        foreach (var item in section.Records)
        {
            var value = type?.Parse(item.Record.Payload.Value);
            table.Row(
            [
                item.Record.Key,
                string.Join("、", item.Roles.Select(role => role.Label)),
                .. fields.Select(field => item.Record.CutFields.Contains(field.Name) ? "***" : FieldText.Of(field, value!)),
                item.Record.EffectiveFrom,
                item.Record.Source,
            ]);
        }

        screen.Show(table);
        if (section.Total > section.Records.Count && section.Filter.Length > 0)
        {
            screen.Note($"其余见 The rest: hubctl list {section.Type} --filter '{section.Filter}'");
        }
    }

    private static void ShowChanges(Screen screen, RepeatedField<HistoryVersion> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        screen.Line("");
        screen.Line("【近期变更】 Latest changes");
        var table = Screen.Table("入库 Recorded", "生效 Effective", "来源 Source", "变更 Change");
        foreach (var version in changes)
        {
            var text = version.Record.Deleted ? "删除 deleted"
                : version.PreviousRevision == 0 ? "首次报送 first report"
                : string.Join("; ", version.Changes.Select(change => $"{change.Label}:{change.OldValue} → {change.NewValue}"));
            table.Row(TimeText.Of(version.Record.RecordedAt), version.Record.EffectiveFrom, version.Record.Source, text);
        }

        screen.Show(table);
    }
}
