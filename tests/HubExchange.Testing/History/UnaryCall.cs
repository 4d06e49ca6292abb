namespace HubExchange.Testing.History;

/// <summary>A unary push and what became of it.</summary>
internal sealed class UnaryCall(Operation invoke)
{
    public Operation Invoke { get; } = invoke;

    /// <summary>The answer; null when there was none.</summary>
    public Operation? Answer { get; private set; }

    /// <summary>The hub refused it as a whole.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>It is stored: it was answered, or content of its own is there.</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>Counts its answer has to have.</summary>
    public HistoryCounts Expected { get; set; } = HistoryCounts.Zero;

    /// <summary>An equal push of unknown outcome came before, so that this one may have found its effects or not.</summary>
    public bool IsRepetition { get; set; }

    public string Source => Invoke.Source;

    public void Add(Operation operation)
    {
        Answer ??= operation.Kind == OperationKind.Ok ? operation : null;
        IsRefused |= operation.Kind == OperationKind.Fail;
    }

    /// <summary>Decides whether it was committed.</summary>
    /// <param name="isStored">Tells whether a content of a key of the source is stored.</param>
    /// <exception cref="ArgumentException">Nothing in it tells.</exception>
    public void Decide(Func<HistoryChange, bool> isStored)
    {
        var own = Invoke.Changes.Where(change => change is { IsDirty: false, IsDelete: false }).ToList();
        if (Answer is null && !IsRefused && own.Count == 0)
        {
            throw new ArgumentException($"Nothing tells whether the unary push {Invoke.Process} of {Source} was committed.");
        }

        IsCommitted = Answer is not null || (!IsRefused && own.Exists(change => isStored(change)));
    }
}
