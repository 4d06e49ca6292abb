using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace HubExchange.EndToEnd;

/// <summary>The contracts as a file that every protobuf library reads.</summary>
internal static class DescriptorSet
{
    /// <summary>Writes files with everything they import, imports first.</summary>
    public static void Write(string path, IEnumerable<FileDescriptor> files)
    {
        var set = new FileDescriptorSet();
        var seen = new HashSet<string>();
        foreach (var file in files)
        {
            Add(file);
        }

        File.WriteAllBytes(path, set.ToByteArray());

        void Add(FileDescriptor file)
        {
            if (!seen.Add(file.Name))
            {
                return;
            }

            foreach (var import in file.Dependencies)
            {
                Add(import);
            }

            set.File.Add(FileDescriptorProto.Parser.ParseFrom(file.SerializedData));
        }
    }
}
