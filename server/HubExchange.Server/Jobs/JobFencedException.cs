namespace HubExchange.Server.Jobs;

/// <summary>Another hub was given the run meanwhile: this one must not commit.</summary>
internal sealed class JobFencedException(string job) : Exception($"The run of {job} was taken over by another hub.");
