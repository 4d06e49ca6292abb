namespace HubExchange.Client;

/// <summary>What a node needs to call the hub. The key was made on this machine and never left it.</summary>
/// <param name="Node">Node id.</param>
/// <param name="CertificatePem">Certificate of the node.</param>
/// <param name="KeyPem">Private key, PKCS#8, not encrypted: protect the file.</param>
/// <param name="CaPem">Certificate of the hub's certification authority.</param>
/// <param name="ExpiresAt">End of validity; enrol again before.</param>
public sealed record NodeIdentity(string Node, string CertificatePem, string KeyPem, string CaPem, DateTimeOffset ExpiresAt);
