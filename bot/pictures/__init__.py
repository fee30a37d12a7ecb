"""Maps and charts as pictures: drawn as SVG from plain values, made into PNG by a short process of its own.

`model` is what a picture holds, `plan/` makes that of incidents, `maps` and `charts` draw it, `studio` is the house's
end of the process. What the process imports (`__main__`) knows nothing of the rest of the house.
"""
