namespace HubExchange.Server.Storage;

/// <summary>The store cannot be opened. The text tells the operator what to do, in Chinese and English.</summary>
internal sealed class StorageException(string zh, string en, Exception? inner = null)
    : Exception($"{zh}{Environment.NewLine}{en}", inner);
