namespace HubExchange.Cli;

/// <summary>The command line cannot be carried out as it stands.</summary>
internal sealed class UsageException(string zh, string en) : Exception(en)
{
    public string Zh { get; } = zh;

    public string En { get; } = en;
}
