namespace HubExchange.Contracts.Entities;

/// <summary>Entity types contradict themselves or each other.</summary>
/// <param name="mistakes">Every mistake, each naming the message and field it is about.</param>
public sealed class ContractException(IReadOnlyList<string> mistakes)
    : Exception($"{mistakes.Count} contract mistake(s):{Environment.NewLine}{string.Join(Environment.NewLine, mistakes)}")
{
    /// <summary>Every mistake, each naming the message and field it is about.</summary>
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
