"""Stand-ins for the ctk and qMRML widgets of the panel, on a real scene, and the loader of `.ui` files that knows them.

Each has the properties, signals and slots of the real class that the module uses, and no others.
"""

import inspect
from typing import Any
from xml.etree import ElementTree as ET

import slicer
import vtk

from Testing.host.pythonqt import QtProperty, errors, make_module, qt, run_message_box

HEADER_HEIGHT = 24
UNLIMITED_HEIGHT = 16777215
SURFACE = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()


def declare(name: str, type_name: str, default: Any, *, changed: str = "") -> Any:
    """Declare the property `name`; `changed` names the method that is called after a change."""

    def read(self: Any) -> Any:
        value = vars(self).get(f"_{name}", default)
        return tuple(value) if isinstance(value, list) else value

    def write(self: Any, value: Any) -> None:
        vars(self)[f"_{name}"] = value
        if changed:
            getattr(self, changed)()

    return qt.Property(type_name, read, write)


def require_class(node: Any, name: str) -> None:
    """Refuse a node of another class, as PythonQt does.

    Raises:
        ValueError: It is of another class.
    """
    if node is not None and not node.IsA(name):
        message = f"{node.GetClassName()} is not a {name}"
        raise ValueError(message)


def observe(widget: Any, subject: Any, handlers: dict[Any, Any]) -> list[Any]:
    """Observe events for as long as the widget lives; returns the observations, for an earlier end."""
    tags = [subject.AddObserver(event, handler) for event, handler in handlers.items()]
    widget.connect("destroyed()", lambda: forget(subject, tags))
    return tags


def forget(subject: Any, tags: list[Any]) -> None:
    """End observations; once is enough."""
    while tags:
        subject.RemoveObserver(tags.pop())


class ctkCollapsibleButton(qt.QAbstractButton):
    contentsCollapsed = qt.Signal(bool)
    collapsed = declare("collapsed", "bool", default=False, changed="_follow")

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setContentsMargins(0, HEADER_HEIGHT, 0, 0)
        self.connect("toggled(bool)", self._onToggled)

    def _onToggled(self, on: bool) -> None:
        self.collapsed = not on

    def _follow(self) -> None:
        self.setChecked(not self.collapsed)
        for child in self.findChildren(qt.QWidget, options=qt.Qt.FindDirectChildrenOnly):
            child.setVisible(not self.collapsed)
        self.setMaximumHeight(HEADER_HEIGHT if self.collapsed else UNLIMITED_HEIGHT)
        self.contentsCollapsed.emit(self.collapsed)

    def childEvent(self, event: Any) -> None:
        if event.added() and self.collapsed and event.child().isWidgetType():
            event.child().setVisible(False)

    def hitButton(self, place: Any) -> bool:
        return bool(place.y() < HEADER_HEIGHT)

    def sizeHint(self) -> Any:
        return self._around("totalSizeHint")

    def minimumSizeHint(self) -> Any:
        return self._around("totalMinimumSize")

    def _around(self, measure: str) -> Any:
        inside = getattr(self.layout(), measure)() if self.layout() and not self.collapsed else qt.QSize(0, 0)
        return inside.expandedTo(qt.QSize(120, HEADER_HEIGHT))

    def paintEvent(self, _event: Any) -> None:
        painter = qt.QPainter(self)
        header = qt.QRect(0, 0, self.width, HEADER_HEIGHT - 2)
        painter.fillRect(header, self.palette.midlight())
        arrow = "\u25b8" if self.collapsed else "\u25be"
        painter.drawText(header.adjusted(6, 0, 0, 0), qt.Qt.AlignVCenter, f"{arrow} {self.text}")
        painter.end()


class ctkMenuButton(qt.QPushButton):
    pass


class ctkMessageBox(qt.QMessageBox):
    exec_ = run_message_box


class qMRMLWidget(qt.QWidget):
    mrmlSceneChanged = qt.Signal(object)
    _scene: Any = None

    def mrmlScene(self) -> Any:
        return self._scene

    @qt.Slot(object)
    def setMRMLScene(self, scene: Any) -> None:
        require_class(scene, "vtkMRMLScene")
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)


class qMRMLNodeComboBox(qt.QWidget):
    """A list of nodes. Which is current after one is gone is up to Qt's own list, as in Slicer: its neighbour."""

    currentNodeChanged = qt.Signal((object,), (bool,))
    currentNodeIDChanged = qt.Signal(str)
    nodeActivated = qt.Signal(object)
    nodeTypes = declare("nodeTypes", "QStringList", [], changed="_fill")
    showChildNodeTypes = declare("showChildNodeTypes", "bool", default=True, changed="_fill")
    noneEnabled = declare("noneEnabled", "bool", default=False, changed="_fill")
    noneDisplay = declare("noneDisplay", "QString", "None", changed="_fill")
    addEnabled = declare("addEnabled", "bool", default=True, changed="_fill")
    removeEnabled = declare("removeEnabled", "bool", default=True, changed="_fill")
    renameEnabled = declare("renameEnabled", "bool", default=False, changed="_fill")
    _scene: Any = None
    _box: Any = None
    _nodes: Any = ()
    _observations: Any = ()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._nodes, self._box = [], qt.QComboBox(self)
        self._box.setSizePolicy(qt.QSizePolicy.Ignored, qt.QSizePolicy.Fixed)
        self._box.setMinimumWidth(120)
        self._box.connect("currentIndexChanged(int)", self._onIndex)
        self._box.connect("activated(int)", lambda _row: self.nodeActivated.emit(self.currentNode()))
        row = qt.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._box)
        self.setSizePolicy(qt.QSizePolicy.Preferred, qt.QSizePolicy.Fixed)
        self.setEnabled(False)

    def mrmlScene(self) -> Any:
        return self._scene

    @qt.Slot(object)
    def setMRMLScene(self, scene: Any) -> None:
        require_class(scene, "vtkMRMLScene")
        if self._scene is not None:
            forget(self._scene, self._observations)
        self._scene = scene
        self.setEnabled(scene is not None)
        if scene is not None:
            handlers = {
                scene.NodeAddedEvent: self._onAdded,
                scene.NodeAboutToBeRemovedEvent: self._onRemoving,
                scene.EndImportEvent: self._fill,
                scene.EndCloseEvent: self._fill,
            }
            self._observations = observe(self, scene, handlers)
        self._fill()

    def currentNode(self) -> Any:
        row = self._box.currentIndex - self.noneEnabled
        return self._nodes[row] if 0 <= row < len(self._nodes) else None

    def setCurrentNode(self, node: Any) -> None:
        require_class(node, "vtkMRMLNode")
        self._box.setCurrentIndex(self._rowOf(node))

    def setCurrentNodeID(self, identifier: str) -> None:
        self.setCurrentNode(self._scene.GetNodeByID(identifier) if identifier else None)

    def _currentNodeID(self) -> str:
        node = self.currentNode()
        return node.GetID() if node else ""

    currentNodeID = qt.Property(str, _currentNodeID, setCurrentNodeID)

    def nodeCount(self) -> int:
        return len(self._nodes)

    def _rowOf(self, node: Any) -> Any:
        return self._nodes.index(node) + self.noneEnabled if node in self._nodes else self.noneEnabled - 1

    def _accepts(self, node: Any) -> bool:
        fits = node.IsA if self.showChildNodeTypes else node.GetClassName().__eq__
        return not node.GetHideFromEditors() and any(fits(kind) for kind in self.nodeTypes)

    def _fill(self, *_event: Any) -> None:
        """Make the list anew; the current node stays, if it is still there."""
        if self._scene is None:
            return
        current = self.currentNode()
        everything = [self._scene.GetNthNode(index) for index in range(self._scene.GetNumberOfNodes())]
        self._nodes = [node for node in everything if self._accepts(node)]
        has_menu = self.addEnabled or self.removeEnabled or self.renameEnabled
        self._box.blockSignals(True)
        self._box.clear()
        self._box.addItems([self.noneDisplay] * self.noneEnabled + [node.GetName() or "" for node in self._nodes])
        self._box.addItems(["Create, rename or delete"] * has_menu)
        if current is not None or self.noneEnabled or has_menu:  # else the first is current, by Qt
            self._box.setCurrentIndex(self._rowOf(current))
        self._box.blockSignals(False)
        for node in self._nodes:
            observe(self, node, {vtk.vtkCommand.ModifiedEvent: self._onModified})
        if self.currentNode() is not current:
            self._onIndex(self._box.currentIndex)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onAdded(self, scene: Any, _event: str, node: Any) -> None:
        if self._accepts(node) and not scene.IsImporting():
            self._nodes.append(node)
            self._box.insertItem(self._rowOf(node), node.GetName() or "")
            observe(self, node, {vtk.vtkCommand.ModifiedEvent: self._onModified})

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onRemoving(self, scene: Any, _event: str, node: Any) -> None:
        if node in self._nodes and not scene.IsClosing():
            row = self._rowOf(node)
            self._nodes.remove(node)
            self._box.removeItem(row)

    def _onModified(self, node: Any, _event: str) -> None:
        if node in self._nodes:
            self._box.setItemText(self._rowOf(node), node.GetName() or "")

    def _onIndex(self, index: int) -> None:
        node = self.currentNode()
        if node is None and index != self.noneEnabled - 1:  # Qt has come to the menu
            if self._nodes:
                self.setCurrentNode(self._nodes[-1])
            return
        self.currentNodeChanged[object].emit(node)
        self.currentNodeChanged[bool].emit(node is not None)
        self.currentNodeIDChanged.emit(self.currentNodeID)


class qMRMLSegmentationShow3DButton(ctkMenuButton):
    _node: Any = None
    _observations: Any = ()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.setText("Show 3D")
        self.setCheckable(True)
        self.setEnabled(False)
        self.connect("toggled(bool)", self._onToggled)

    def segmentationNode(self) -> Any:
        return self._node

    def setSegmentationNode(self, node: Any) -> None:
        require_class(node, "vtkMRMLSegmentationNode")
        if node is self._node:
            return
        if self._node is not None:
            forget(self._node, self._observations)
        self._node = node
        if node is not None:
            news = slicer.vtkSegmentation
            events = (news.SegmentAdded, news.SegmentRemoved, news.ContainedRepresentationNamesModified)
            self._observations = observe(
                self, node, dict.fromkeys((vtk.vtkCommand.ModifiedEvent, *events), self._follow)
            )
        self._follow()

    def _follow(self, *_event: Any) -> None:
        segmentation = self._node.GetSegmentation() if self._node else None
        self.setEnabled(bool(segmentation and segmentation.GetNumberOfSegments()))
        if segmentation:
            self.blockSignals(True)
            self.setChecked(segmentation.ContainsRepresentation(SURFACE))
            self.blockSignals(False)

    def _onToggled(self, on: bool) -> None:
        if self._node is None:
            return
        segmentation = self._node.GetSegmentation()
        if on and segmentation.CreateRepresentation(SURFACE) and self._node.GetDisplayNode():
            self._node.GetDisplayNode().SetPreferredDisplayRepresentationName3D(SURFACE)
        elif not on:
            segmentation.RemoveRepresentation(SURFACE)


CTK = (ctkCollapsibleButton, ctkMenuButton, ctkMessageBox)
CLASSES = {cls.__name__: cls for cls in (*CTK, qMRMLNodeComboBox, qMRMLSegmentationShow3DButton, qMRMLWidget)}


class UiLoader(qt.QUiLoader):
    """Qt's loader of `.ui` files, with our classes; what a file says about them is checked."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        for cls in CLASSES.values():
            self.registerCustomWidget(cls)

    def load(self, device: Any, parent: Any = None) -> Any:
        """Load a file; scenes cross its connections as Python objects, as `connect` has it."""
        tree = ET.fromstring(bytes(device.readAll().data()))  # noqa: S314 - the module's own file
        for widget in tree.iter("widget"):
            if widget.get("class") in CLASSES:
                _check_properties(widget)
        names = {widget.get("name") for widget in tree.iter("widget")}
        ends = [end.text for tag in ("sender", "receiver") for end in tree.iter(tag)]
        errors.extend(f"the .ui file connects '{end}', which it does not have" for end in ends if end not in names)
        buffer = qt.QBuffer()
        buffer.setData(ET.tostring(tree, "unicode").replace("vtkMRMLScene*", "PyObject").encode())
        buffer.open(qt.QIODevice.ReadOnly)
        return super().load(buffer, parent)


def _check_properties(widget: ET.Element) -> None:
    """Put down the properties that a stand-in lacks; enumerations are only left out, since they are about looks."""
    cls = CLASSES[widget.get("class", "")]
    for item in widget.findall("property"):
        name = item.get("name", "")
        is_known = isinstance(inspect.getattr_static(cls, name, None), QtProperty | qt.Property)
        if not is_known and item.get("stdset") != "0":
            widget.remove(item)
            if item.find("enum") is None:
                errors.append(f"the test host has no {cls.__name__}.{name}, which '{widget.get('name')}' sets")


qt.QUiLoader = UiLoader
ctk = make_module("ctk", *CTK)
