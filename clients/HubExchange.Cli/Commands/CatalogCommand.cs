using System.CommandLine;
using HubExchange.Client;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl catalog [TYPE]</c></summary>
internal sealed class CatalogCommand : Command
{
    private const int MaxCodes = 12;

    private readonly Argument<string?> _type = new("TYPE") { Description = "类型,省略则列出全部 Type id", Arity = ArgumentArity.ZeroOrOne };

    public CatalogCommand(Runner runner)
        : base("catalog", "可交换的类型及其字段 Types that can be exchanged, and their fields")
    {
        Add(_type);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        return invocation.Get(_type) is { Length: > 0 } type
            ? await ShowAsync(invocation.Screen, client, type, cancellationToken)
            : await ListAsync(invocation.Screen, client, cancellationToken);
    }

    private static async Task<int> ListAsync(Screen screen, HubClient client, CancellationToken cancellationToken)
    {
        var types = await client.ListEntityTypesAsync(cancellationToken).ToListAsync(cancellationToken);
        if (screen.IsJson)
        {
            screen.Json(Screen.ToJson(types));
            return ExitCode.Ok;
        }

        var table = Screen.Table("类型 Type", "名称 Label", "主键 Key", "共享 Share", "权威来源 Authority");
        foreach (var type in types)
        {
            table.Row(
                type.Type, type.Label, string.Join(" ~ ", type.Key), ShareText(type.Share),
                string.Join(", ", type.Authority) + (type.AuthorityOnly ? " (仅限 only)" : ""));
        }

        screen.Show(table);
        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(Screen screen, HubClient client, string typeId, CancellationToken cancellationToken)
    {
        var type = await client.GetEntityTypeAsync(typeId, cancellationToken);
        if (screen.IsJson)
        {
            screen.Json(type);
            return ExitCode.Ok;
        }

        var table = Screen.Table("字段 Field", "列名 Heading", "类型 Kind", "必填", "可筛选", "规则 Rules");
        foreach (var field in type.Fields)
        {
            var options = field.Options ?? new FieldOptions();
            table.Row(
                field.Name,
                options.Unit == "分" ? $"{field.Label}(万元)" : field.Label,
                field.Kind + (field.Repeated ? "[]" : ""),
                options.Required || type.Key.Contains(field.Name) ? "是" : options.Expected ? "宜填" : "",
                options.Filterable ? "是" : "",
                Rules(field, options));
        }

        screen.Show(table);
        screen.Note($"{type.Type} {type.Label},主键 key {string.Join(" ~ ", type.Key)},共享 share {ShareText(type.Share)} {type.ShareBasis}");
        return ExitCode.Ok;
    }

    private static string Rules(CatalogField field, FieldOptions options)
    {
        var rules = new List<string>();
        Add(options.Format != Format.Unspecified, $"格式 {options.Format}");
        Add(options.Unit.Length > 0, $"单位 {options.Unit}");
        Add(options.HasMin, $"≥ {options.Min}");
        Add(options.HasMax, $"≤ {options.Max}");
        Add(options.Reference.Length > 0, $"→ {options.Reference}{(options.ReferenceOpen ? " (可在枢纽之外 or unknown)" : "")}");
        Add(options.Deadline is not null, $"时限 {options.Deadline?.Zh}");
        Add(options.DataClass is DataClass.Pi or DataClass.Spi, "个人信息 personal");
        Add(field.Codes.Count > 0, string.Join("/", field.Codes.Take(MaxCodes).Select(code => code.Label)) + (field.Codes.Count > MaxCodes ? "…" : ""));
        return string.Join(" ", rules);

        void Add(bool applies, string rule)
        {
            if (applies)
            {
                rules.Add(rule);
            }
        }
    }

    private static string ShareText(ShareType share) => share switch
    {
        ShareType.Unconditional => "无条件",
        ShareType.Conditional => "有条件",
        ShareType.Withheld => "不予共享",
        _ => "",
    };
}
