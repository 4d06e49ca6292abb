using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Client.Files;

/// <summary>A record without its key cannot even be talked about; found before it is sent.</summary>
internal static class KeyCheck
{
    public static void Check(EntityType type, IMessage record, int line, List<FileProblem> problems)
    {
        if (problems.Count > 0)
        {
            return;
        }

        foreach (var key in type.Key.Where(key => IsEmpty(key, record)))
        {
            problems.Add(new FileProblem(line, key.Label,
                $"主键“{key.Label}”({key.Name})为空。", $"The key {key.Name} is empty."));
        }
    }

    private static bool IsEmpty(EntityField key, IMessage record) =>
        key.Descriptor.HasPresence
            ? !key.Descriptor.Accessor.HasValue(record)
            : key.Descriptor.Accessor.GetValue(record) switch
            {
                string text => text.Length == 0,
                int number => number == 0,
                Enum code => Convert.ToInt32(code, System.Globalization.CultureInfo.InvariantCulture) == 0,
                _ => false,
            };
}
