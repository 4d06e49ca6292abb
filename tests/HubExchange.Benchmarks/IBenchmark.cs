namespace HubExchange.Benchmarks;

/// <summary>One question about the speed of the hub. Its doc comment is the question.</summary>
internal interface IBenchmark
{
    /// <summary>Name on the command line, e.g. <c>ingest.new</c>.</summary>
    string Name { get; }

    /// <summary>Takes so long that it runs only with <c>--full</c>.</summary>
    bool NeedsFull => false;

    /// <summary>Runs it as often as the options say.</summary>
    Task<IReadOnlyList<Measurement>> RunAsync(Bench bench, CancellationToken cancellationToken);
}
