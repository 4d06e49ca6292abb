using System.CommandLine;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl jobs</c></summary>
internal sealed class JobCommand : Command
{
    public JobCommand(Runner runner)
        : base("jobs", "定时任务 Jobs that the hub does by the clock")
    {
        Add(new JobListCommand(runner));
        Add(new JobRunCommand(runner));
        Add(new JobHistoryCommand(runner));
        Add(new JobEditCommand(runner, "pause", "暂停,不再按时运行 Run no longer by the clock", (client, id, stop) => client.PauseJobAsync(id, stop)));
        Add(new JobEditCommand(runner, "resume", "恢复按时运行 Run by the clock again", (client, id, stop) => client.ResumeJobAsync(id, stop)));
        Add(new JobScheduleCommand(runner));
    }
}
