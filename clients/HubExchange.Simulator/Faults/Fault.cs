using Google.Protobuf;

namespace HubExchange.Simulator.Faults;

/// <summary>One way in which a record goes wrong.</summary>
/// <param name="Name">What happened at the source.</param>
/// <param name="Rule">Id of the error rule that has to find it, and the only one.</param>
/// <param name="Message">Full name of the message it happens to.</param>
/// <param name="Apply">Spoils a record that has a fresh key; the number is different for every faulty record.</param>
internal sealed record Fault(string Name, string Rule, string Message, Action<IMessage, int> Apply)
{
    public static Fault Of<T>(string name, string rule, Action<T> apply)
        where T : class, IMessage<T>, new() => Of<T>(name, rule, (record, _) => apply(record));

    public static Fault Of<T>(string name, string rule, Action<T, int> apply)
        where T : class, IMessage<T>, new() =>
        new(name, rule, new T().Descriptor.FullName, (record, serial) => apply((T)record, serial));
}
