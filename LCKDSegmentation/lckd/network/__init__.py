"""The networks: a shared encoder, fusion of the present modalities, a decoder; and the paper's."""
