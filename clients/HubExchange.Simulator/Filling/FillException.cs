namespace HubExchange.Simulator.Filling;

/// <summary>The hub cannot be filled with what is given.</summary>
internal sealed class FillException(string zh, string en) : Exception(en)
{
    /// <summary>What is wrong and what to do, in Chinese.</summary>
    public string Zh { get; } = zh;
}
