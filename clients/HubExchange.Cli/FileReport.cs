using System.Globalization;
using HubExchange.Client.Files;

namespace HubExchange.Cli;

/// <summary>Shows what is wrong with a file.</summary>
internal static class FileReport
{
    /// <summary>Problems shown at most; the rest is counted.</summary>
    public const int MaxShown = 100;

    public static void Show(Screen screen, RecordFileException exception)
    {
        var first = exception.Problems[0];
        screen.Error($"{exception.Path}:{first.Zh}", first.En);
        foreach (var problem in exception.Problems.Skip(1))
        {
            screen.Error(problem.Zh, problem.En);
        }
    }

    public static void Show(Screen screen, string path, IReadOnlyCollection<FileProblem> problems)
    {
        if (problems.Count == 0)
        {
            return;
        }

        var table = Screen.Table("行 Line", "列 Column", "说明", "Message");
        table.Title = new Spectre.Console.TableTitle(Spectre.Console.Markup.Escape(Path.GetFileName(path)));
        foreach (var problem in problems.Take(MaxShown))
        {
            table.Row(problem.Line.ToString(CultureInfo.InvariantCulture), problem.Column, problem.Zh, problem.En);
        }

        screen.ShowBeside(table);
        if (problems.Count > MaxShown)
        {
            screen.Note($"另有 {problems.Count - MaxShown} 处未显示。 {problems.Count - MaxShown} more.");
        }
    }
}
