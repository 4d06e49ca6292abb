namespace HubExchange.Client.Files;

/// <summary>A cell cannot be read as its field wants it.</summary>
internal sealed class CellException(string zh, string en) : Exception(en)
{
    public string Zh { get; } = zh;

    public string En { get; } = en;
}
