// The same in C#:  dotnet add package Microsoft.ML.OnnxRuntime
using System;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

float[] ink = new float[160];  // a picture, 0 (paper) to 1 (ink), row by row from the top left
using var session = new InferenceSession("network.onnx");
var pictures = new DenseTensor<float>(ink, new[] { 1, 16, 10 });
using var answer = session.Run(new[] { NamedOnnxValue.CreateFromTensor("pictures", pictures) });
float[] likelihoods = answer.First().AsEnumerable<float>().ToArray();
Console.WriteLine($"{Array.IndexOf(likelihoods, likelihoods.Max())} {likelihoods.Max():F6}");
// Labels and framing: session.ModelMetadata.CustomMetadataMap["charnet"], as JSON.
