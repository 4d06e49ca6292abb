using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl layout save FILE</c></summary>
internal sealed class LayoutSaveCommand : Command
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "布局(JSON):id、name、is_default、valid_from、zones[id,name,zone_ids]、park_ids、reporting_units The layout as JSON",
    };

    private readonly Option<string?> _from = new("--from") { Description = "修订自何日起有效,默认今天 First day of the revision", HelpName = "DATE" };
    private readonly Option<bool> _check = new("--check") { Description = "只检查,不保存 Check only" };

    public LayoutSaveCommand(Runner runner)
        : base("save", "新建或修订布局(科技局) Create or revise a layout (bureau)")
    {
        Add(_file);
        Add(_from);
        Add(_check);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        LayoutDraft draft;
        try
        {
            draft = LayoutDraft.Parser.ParseJson(await File.ReadAllTextAsync(invocation.Get(_file), cancellationToken));
        }
        catch (Exception exception) when (exception is InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new UsageException($"文件不是布局:{exception.Message}", $"The file is no layout: {exception.Message}");
        }

        DateOnly? from = invocation.Get(_from) is not { } text ? null
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
            : throw new UsageException($"“{text}”不是日期,应如 2021-12-31", $"'{text}' is no date; write 2021-12-31");
        await using var client = invocation.OpenForWriting();
        var response = await client.SaveLayoutAsync(draft, from, invocation.Get(_check), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(response);
        }
        else
        {
            invocation.Screen.Line(
                invocation.Get(_check) ? $"布局 {draft.Id} 可以保存。 Layout {draft.Id} can be saved."
                : response.Unchanged ? $"布局 {draft.Id} 没有变化。 Layout {draft.Id} is unchanged."
                : $"布局 {draft.Id} 已保存。 Layout {draft.Id} is saved.");
        }

        return ExitCode.Ok;
    }
}
