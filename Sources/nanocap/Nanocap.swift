import Analyzer
import NanoParser

@main struct Nanocap: AnalyzerProgram { static let specification = NanoSpecification.self }
